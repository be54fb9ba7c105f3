import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { join } from "node:path";
import { Browser, findBrowser } from "../browser.ts";
import type { BrowserTab } from "../browser_tab.ts";
import { missingTools, withTools } from "../npm/installed_package.ts";
import { mustRun } from "../npm/run_program.ts";
import { repositoryRoot } from "../run_deno.ts";
import { serveFolder } from "../serve_folder.ts";
import { testUnless } from "../test_unless.ts";
import { trials } from "../testing/trials.ts";
import { poorContrasts } from "./contrast.ts";
import { filesIn, pagesIn } from "./links.ts";

const noTools = await missingTools();
const browserPath = await findBrowser();
const noBrowser = noTools ?? (browserPath === undefined ? "no Chromium here" : undefined);

const folder = await Deno.makeTempDir({ prefix: "spikeloop-site-" });
Deno.test.afterAll(() => Deno.remove(folder, { recursive: true }));

/** The output of the build, which fails where a link or a fragment leads nowhere. */
const output = noTools === undefined
  ? await mustRun(withTools("packages/dev/site/build.ts", [folder]), repositoryRoot)
  : "";

testUnless(noTools, "deno task docs makes a site in which no link leads nowhere", async () => {
  assertStringIncludes(output, "pages in");
  const files = await filesIn(folder);
  for (const path of files) {
    const text = (await Deno.readTextFile(join(folder, path))).replaceAll("&#x2F;", "/");
    assert(!text.includes("file:///"), `${path} names a file of the machine that built it`);
    assert(!text.includes(repositoryRoot), `${path} names a folder of the machine that built it`);
  }
  assert(files.length > 200, `${files.length} files`);
  for (const twin of ["docs/gpu", "api/functional", "packages/actor/README", "api/expr/wasm"]) {
    assert((await Deno.stat(join(folder, `${twin}.md`))).isFile);
  }
  assertEquals((await Deno.readTextFile(join(folder, "llms.txt"))).split("\n")[0], "# Spikeloop");
});

// As on hosts of several sites, it lies below a path.
const server = noBrowser === undefined ? serveFolder(folder, 0, "/project/") : undefined;
const browser = noBrowser === undefined ? await Browser.start(`${browserPath}`) : undefined;
Deno.test.afterAll(async () => {
  await browser?.close();
  await server?.close();
});

/** Registers a test that has a tab of its own. */
function testTab(name: string, fn: (tab: BrowserTab, goTo: GoTo) => Promise<void>): void {
  testUnless(noBrowser, name, async () => {
    const tab = await browser?.open();
    assert(tab !== undefined);
    try {
      await fn(tab, (page) => tab.goto(`${server?.address}${page}`));
    } finally {
      await tab.close();
    }
  });
}

type GoTo = (page: string) => Promise<void>;

/** Pages of every kind, for `deno task test`; `deno task trial` opens all. */
const sample = [
  "index.html",
  "docs/training.html",
  "docs/which_neuron.html",
  "api/random.html",
  "packages/actor/index.html",
];

/** The looks of pages; the first two are enough for the sample. */
const looks = [
  { width: 360, height: 780, colours: "dark", reducedMotion: true },
  { width: 1280, colours: "light" },
  { width: 360, height: 780, colours: "light" },
  { width: 1280, colours: "dark" },
] as const;

/** The page's faults of accessibility, each as a sentence. Contrast is looked at elsewhere. */
const violations = `axe.run(document, {
  resultTypes: ["violations"],
  rules: { "color-contrast": { enabled: false } },
}).then(({ violations }) => violations.flatMap(({ id, nodes }) =>
  nodes.slice(0, 3).map(({ target, failureSummary }) => id + " at " + target + ": " + failureSummary)
))`;

testTab(
  "every page opens at two widths and in two themes, without errors, overflow or obstacles",
  async (tab, goTo) => {
    const axe = await mustRun(withTools("packages/dev/npm/tools.ts", []), repositoryRoot);
    const isTrial = trials(0, 1) === 1;
    const faults: string[] = [];
    for (const page of isTrial ? await pagesIn(folder) : sample) {
      for (const [i, look] of (isTrial ? looks : looks.slice(0, 2)).entries()) {
        await tab.look(look);
        await goTo(page);
        const width = await tab.evaluate<number>("document.documentElement.scrollWidth");
        const found = [
          ...(width > look.width ? [`it is ${width} px wide`] : []),
          ...await tab.evaluate<string[]>(`(${poorContrasts})()`),
          // The structure is the same in all looks.
          ...(i === 0 ? await tab.evaluate<string[]>(`${axe}; ${violations}`) : []),
          ...tab.takeErrors(),
        ];
        faults.push(
          ...found.map((fault) => `${page}, ${look.width} px, ${look.colours}: ${fault}`),
        );
      }
    }
    assertEquals(faults, []);
  },
);

testTab("poorContrasts() finds texts that are hard to read", async (tab) => {
  const texts = "<p style='color:%23777'>good on black<p style='color:%23555'>bad on black";
  await tab.goto(`data:text/html,<body style='background:black'><title>t</title>${texts}`);
  const found = await tab.evaluate<string[]>(`(${poorContrasts})()`);
  assertEquals(found, ["2.82:1, rgb(85, 85, 85) on 0 0 0: bad on black"]);
});

testTab(
  "the keyboard reaches everything in order, and its place is seen",
  async (tab, goTo) => {
    await tab.look({ width: 1280, colours: "light" });
    await goTo("docs/gpu.html");
    const stops: string[] = [];
    for (let i = 0; i < 12; i++) {
      await tab.press("Tab");
      const { name, outline } = await tab.evaluate<{ name: string; outline: string }>(`(() => {
      const element = document.activeElement;
      const { outlineStyle, outlineWidth } = getComputedStyle(element);
      return {
        name: element.getAttribute("aria-label") ?? element.textContent.trim(),
        outline: outlineStyle + " " + outlineWidth,
      };
    })()`);
      assertEquals(outline, "solid 2px", `the focus on ${name}`);
      stops.push(name);
    }
    assertEquals(stops.slice(0, 8), [
      "Skip to the text",
      "Spikeloop",
      "Live",
      "Guides",
      "Reference",
      "Search",
      "Theme: system",
      "Getting started",
    ]);
    await goTo("docs/gpu.html");
    await tab.press("Tab");
    await tab.press("Enter");
    await tab.waitFor(`document.activeElement.id === "main"`);
  },
);

testTab("the theme is chosen and kept, and the menu of a phone folds", async (tab, goTo) => {
  await tab.look({ width: 360, height: 780, colours: "light" });
  await goTo("docs/gpu.html");
  const theme = `document.documentElement.dataset.theme`;
  const click = (selector: string) => tab.evaluate(`document.querySelector("${selector}").click()`);
  await click(".theme");
  await click(".theme");
  assertEquals(await tab.evaluate(theme), "dark");
  await goTo("docs/training.html");
  assertEquals(await tab.evaluate(theme), "dark");
  await click(".theme");
  assertEquals(await tab.evaluate(`${theme} ?? "system"`), "system");

  const isMenuSeen = `document.querySelector("#menu a").checkVisibility()`;
  assertEquals(await tab.evaluate(isMenuSeen), false);
  await click(".open-menu");
  assertEquals(await tab.evaluate(isMenuSeen), true);
  assertEquals(
    await tab.evaluate(`document.querySelector("#menu").getBoundingClientRect().top`),
    56,
  );
  await tab.press("Escape");
  assertEquals(await tab.evaluate(isMenuSeen), false);
  assertEquals(await tab.evaluate(`document.activeElement.getAttribute("aria-label")`), "Menu");
  assertEquals(await tab.evaluate(`document.querySelector(".contents").open`), false);

  await tab.evaluate(
    `navigator.clipboard.writeText = async (text) => { globalThis.taken = text; }`,
  );
  await click(".code .copy");
  assertMatch(await tab.evaluate("globalThis.taken"), /^import \{ adam/);
  assertEquals(tab.takeErrors(), []);
});

testTab("the search finds names and words, titles first, by keyboard", async (tab, goTo) => {
  await tab.look({ width: 1280, colours: "light" });
  await goTo("docs/training.html");
  await tab.press("/");
  await tab.waitFor(`document.activeElement.matches(".search input")`);
  const hits = async (query: string) => {
    await tab.evaluate(`document.querySelector(".search input").value = ""`);
    await tab.type(query);
    await tab.waitFor(`document.querySelector(".search").dataset.query === "${query}"`);
    return await tab.evaluate<string[]>(
      `[...document.querySelectorAll(".search strong")].map((title) => title.textContent)`,
    );
  };
  assertStringIncludes((await hits("multiStep"))[0], "multiStep");
  assertEquals((await hits("ilcSan")).slice(0, 2).map((title) => title.toLowerCase()), [
    "ilcsan",
    "ilcsan",
  ]);
  const surrogates = await hits("surrogate");
  assertEquals(surrogates[0].toLowerCase(), "surrogate");
  assert(surrogates.includes("Writing a surrogate"), `${surrogates}`);
  assertEquals((await hits("saving"))[0], "Saving and loading");
  assertEquals(await hits("xyzzyx"), []);
  await hits("learning rates");
  await tab.press("ArrowDown");
  await tab.press("ArrowUp");
  await tab.press("Enter");
  await tab.waitFor(`location.hash === "#learning-rates"`);
  assertEquals(await tab.evaluate(`document.querySelector(".search").open`), false);
  await tab.press("k", { control: true });
  await tab.waitFor(`document.querySelector(".search").open`);
  await tab.press("Escape");
  await tab.waitFor(`!document.querySelector(".search").open`);
  assertEquals(tab.takeErrors(), []);
});

testTab("the blocks of guides run to their ends in the page", async (tab, goTo) => {
  const pages = trials(0, 1) === 0 ? ["docs/which_neuron.html"] : await pagesIn(folder);
  const faults: string[] = [];
  for (const page of pages) {
    const blocks =
      (await Deno.readTextFile(join(folder, page))).split(`class="playground"`).length - 1;
    if (blocks > 0) await goTo(page);
    for (let i = 0; i < blocks; i++) {
      const block = `document.querySelectorAll(".playground")[${i}]`;
      await tab.waitFor(`${block}.querySelector(".main")`);
      await tab.evaluate(`${block}.querySelector(".main").click()`);
      const status = `${block}.querySelector("[role=status]").textContent`;
      await tab.waitFor(`/Done|Failed|Stopped/.test(${status})`, 90_000);
      const [end, output] = await tab.evaluate<string[]>(
        `[${status}, ${block}.querySelector(".output").innerHTML]`,
      );
      if (!end.startsWith("Done") || output === "") faults.push(`${page}: ${end} ${output}`);
    }
  }
  assertEquals(faults, []);
});

testTab(
  "a block of a guide runs, shows a plot, tells errors with their lines, and is stopped",
  async (tab, goTo) => {
    await tab.look({ width: 1280, colours: "light" });
    await goTo("docs/getting_started.html");
    await tab.waitFor(`document.querySelector(".playground textarea")`);
    const seen = `document.querySelector(".output").textContent`;
    const status = `document.querySelector(".playground [role=status]").textContent`;
    const press = (name: string) =>
      tab.evaluate(`[...document.querySelectorAll(".playground .button")]
        .find((button) => button.textContent === "${name}" && !button.hidden).click()`);
    const run = async (code: string, isDone = `/Done|Failed/.test(${status})`) => {
      await tab.evaluate(`{
        const field = document.querySelector(".playground textarea");
        field.value = ${JSON.stringify(code)};
        field.dispatchEvent(new Event("input"));
        field.focus();
      }`);
      await tab.press("Enter", { control: true });
      await tab.waitFor(isDone);
      return await tab.evaluate<string>(seen);
    };
    await press("Run");
    await tab.waitFor(`document.querySelector(".output img")?.naturalWidth > 100`);
    const library =
      `import { key, uniform } from "spikeloop";\nimport { add } from "spikeloop/expr";`;
    assertMatch(await run(`${library}\nuniform(key(0), [2, 3])`), /^Tensor \[2, 3\] \[0\./);
    assertMatch(
      await run(`${library}\n\nuniform(key(0), [-1])`),
      /line 4: RangeError: Cannot run uniform|line 4: RangeError/,
    );
    assertStringIncludes(await run("let a = 1;\n\nlet = 2;"), "line 3: SyntaxError");
    assertEquals(await tab.evaluate(`document.querySelector(".fault").hidden`), false);
    assertEquals(await run("console.log([1], { a: 2 });"), "[1] { a: 2 }");
    await run("console.log(1); for (;;);", `/^1/.test(${seen})`);
    await press("Stop");
    assertEquals(await tab.evaluate(status), "Stopped.");
    await tab.evaluate(`document.querySelector(".playground").dataset.seconds = "0.5"`);
    await run("for (;;);", `${status}.startsWith("Stopped: it ran for 0.5 s")`);
    await press("Reset");
    assertMatch(await tab.evaluate(`document.querySelector(".playground textarea").value`), /ilc/);
    assertEquals(tab.takeErrors(), []);
  },
);
