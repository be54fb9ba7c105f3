import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { ilcSan } from "@spikeloop/actor";
import { trials } from "@spikeloop/dev/testing";
import { writeSafetensors } from "@spikeloop/interchange";
import { key } from "@spikeloop/random";
import { emptyStatistics, writeCheckpoint } from "@spikeloop/training";
import { Browser, findBrowser } from "../../browser.ts";
import type { BrowserTab } from "../../browser_tab.ts";
import { missingTools, withTools } from "../../npm/installed_package.ts";
import { mustRun } from "../../npm/run_program.ts";
import { repositoryRoot } from "../../run_deno.ts";
import { serveFolder } from "../../serve_folder.ts";
import { testUnless } from "../../test_unless.ts";
import { poorContrasts } from "../contrast.ts";
import { LearnerRun } from "./app/swing_up/learner_run.ts";
import { firstSettings } from "./app/swing_up/settings.ts";
import { livePageSizes, mostBytes } from "./build.ts";

const path = await findBrowser();
const why = await missingTools() ?? (path === undefined ? "no Chromium here" : undefined);

const find = (selector: string) => `document.querySelector(${JSON.stringify(selector)})`;
const click = (selector: string) => `${find(selector)}.click()`;
const text = (selector: string) => `${find(selector)}.textContent`;
const figure = (name: string) => text(`[data-figure="${name}"]`);

/** The angle of a pole, as far as it is from upright, in radians. */
const tilt = (seat: number) =>
  `Math.acos(Math.cos(Number(${find(`[data-seat="${seat}"] canvas`)}.dataset.angle)))`;

/** Drops a file onto the page. */
function drop(name: string, bytes: Uint8Array): string {
  return `{ const data = new DataTransfer();
    const bytes = Uint8Array.from(${JSON.stringify([...bytes])});
    data.items.add(new File([bytes], ${JSON.stringify(name)}));
    dispatchEvent(new DragEvent("drop", { dataTransfer: data })); }`;
}

async function setSlider(tab: BrowserTab, selector: string, value: number): Promise<void> {
  await tab.evaluate(`{ const input = ${find(selector)}; input.value = ${value};
    for (const type of ["input", "change"]) input.dispatchEvent(new Event(type, { bubbles: true })); }`);
}

async function checkLooks(tab: BrowserTab, address: string): Promise<void> {
  const signs = {
    "swing-up": `${text("[data-code]")}.includes("trainer(")`,
    "digit": `${text("[data-answer]")}.includes("reads a 3")`,
    "population": `${text("[data-population-code]")}.includes("ilc(cubaLif")`,
  };
  for (const width of [360, 1280]) {
    for (const colours of ["light", "dark"] as const) {
      await tab.look({ width, colours });
      await tab.goto(`${address}?${width}${colours}`);
      for (const [name, sign] of Object.entries(signs)) {
        const place = `${name} at ${width}, ${colours}`;
        await tab.evaluate(click(`#tab-${name}`));
        await tab.waitFor(sign);
        const wide = await tab.evaluate<number>("document.documentElement.scrollWidth");
        assert(wide <= width, `${place} overflows: ${wide}`);
        assertEquals(await tab.evaluate(`${find("#notice")}.hidden`), true, place);
        assertEquals(await tab.evaluate(`(${poorContrasts})()`), [], place);
        assertEquals(tab.takeErrors(), [], place);
      }
    }
  }
}

/** Every control and picture has a name that a screen reader can say. */
async function checkNames(tab: BrowserTab): Promise<void> {
  const roles = "button slider combobox textbox spinbutton checkbox radio image tab grid dialog";
  for (const panel of ["swing-up", "digit", "population"]) {
    await tab.evaluate(click(`#tab-${panel}`));
    const { nodes } = await tab.send("Accessibility.getFullAXTree");
    for (const { ignored, role, name } of nodes) {
      if (ignored || !roles.split(" ").includes(role?.value)) continue;
      assert(name?.value, `${panel}: a ${role.value} has no name`);
    }
  }
}

async function checkTraining(tab: BrowserTab): Promise<void> {
  await tab.waitFor(`${tilt(0)} < 0.3`); // the network that came along
  await tab.evaluate(click("[data-train]"));
  await tab.waitFor(`${figure("fingerprint")}.includes(" at ")`);
  const shown = await tab.evaluate<string>(figure("fingerprint"));
  const step = Number(shown.split(" at ")[1].replaceAll(",", "")); // the first, or a later one
  const run = new LearnerRun(firstSettings);
  let last = run.report().fingerprints.at(-1);
  while (last?.step !== step) {
    await run.advance(0);
    last = run.report().fingerprints.at(-1) ?? last;
  }
  assertStringIncludes(shown, last.hash);
  const goal = trials(-900, -200);
  const mean = `Number(${figure("return")}.replace("−", "-").replace(",", ""))`;
  await tab.waitFor(`${mean} > ${goal} && ${tilt(1)} < 0.3`, 900_000);
}

async function checkSettings(tab: BrowserTab): Promise<void> {
  await setSlider(tab, '[name="learningRate"]', -4);
  await tab.waitFor(`${figure("fingerprint")}.includes("with your changes")`);
  await tab.evaluate(click("[data-train]"));
  assertEquals(await tab.evaluate(text("[data-train]")), "Go on");
  await setSlider(tab, '[name="timeSteps"]', 2);
  await tab.waitFor(`${text("[data-train]")} === "Pause" && ${figure("step")} !== "–"`);
  assertStringIncludes(await tab.evaluate(text("[data-code]")), "timeSteps: 2");
  await tab.evaluate(click("[data-train]"));
}

/** Sends the run to the GPU and back. */
async function checkDevices(tab: BrowserTab): Promise<void> {
  const steps = `Number(${figure("step")}.replaceAll(",", ""))`;
  let last = await tab.evaluate<number>(steps);
  for (const device of ["gpu", "cpu"]) {
    await tab.evaluate(click(`[name="device"][value="${device}"]`));
    await tab.waitFor(`${find("#panel-swing-up")}.dataset.device === "${device}"`);
    await tab.waitFor(`${steps} > ${last} + 40`);
    last = await tab.evaluate<number>(steps);
  }
  assertEquals(await tab.evaluate(`${find("#notice")}.hidden`), true);
}

async function checkFiles(tab: BrowserTab): Promise<void> {
  const notice = text("#notice");
  await tab.evaluate(drop("damaged.safetensors", new Uint8Array([1, 2, 3])));
  await tab.waitFor(`${notice}.includes("Cannot read the safetensors file")`);
  const pt = Deno.readFileSync(new URL("../../../actor/testdata/actor.pt", import.meta.url));
  await tab.evaluate(drop("other.pt", pt));
  await tab.waitFor(`${find("dialog")}.open`);
  await tab.evaluate(click("dialog [type=submit]"));
  await tab.waitFor(`${notice}.includes("it is of another task")`);

  const actor = ilcSan({ obsDim: 3, actDim: 1, hiddenSizes: [5], actLimit: 2 });
  const params = actor.init(key(0));
  const title = text('[data-seat="0"] [data-title]');
  const own = writeCheckpoint({ actor, params, statistics: emptyStatistics(3) });
  await tab.evaluate(drop("own.safetensors", own));
  await tab.waitFor(`${title} === "own.safetensors" && ${find("#notice")}.hidden`);
  await tab.evaluate(drop("state.safetensors", writeSafetensors(params)));
  await tab.waitFor(
    `${find("dialog")}.open && ${text("[data-facts]")}.includes("of 5 neurons")`,
  );
  await tab.evaluate(click("dialog [type=submit]"));
  await tab.waitFor(`${title} === "state.safetensors"`);
  const before = await tab.evaluate(tilt(0));
  await tab.waitFor(`${tilt(0)} !== ${before}`);
}

async function checkDigit(tab: BrowserTab): Promise<void> {
  await tab.evaluate(click("#tab-digit"));
  await tab.waitFor(`${text("[data-answer]")}.includes("reads a 3")`);
  await tab.evaluate(click("[data-clear]"));
  type Box = { x: number; y: number; width: number; height: number };
  const board = find("[data-board]");
  await tab.evaluate(`${board}.scrollIntoView({ block: "center", behavior: "instant" })`);
  const { x, y, width, height } = await tab.evaluate<Box>(
    `${board}.getBoundingClientRect().toJSON()`,
  );
  const mouse = (type: string, [u, v]: readonly number[]) =>
    tab.send("Input.dispatchMouseEvent", {
      ...{ type, button: "left", buttons: 1, clickCount: 1 },
      ...{ x: x + u * width, y: y + v * height },
    });
  const seven = [[0.25, 0.2], [0.5, 0.2], [0.75, 0.2], [0.6, 0.5], [0.45, 0.85]];
  await mouse("mousePressed", seven[0]);
  for (const point of seven.slice(1)) await mouse("mouseMoved", point);
  await mouse("mouseReleased", seven[4]);
  await tab.waitFor(`${text("[data-answer]")}.includes("reads a 7")`);
}

/** One time step is enough to read a digit, and what leads to no tab leaves the tab as it is. */
async function checkDetours(tab: BrowserTab): Promise<void> {
  await setSlider(tab, '[name="digitSteps"]', 1);
  // The timers of the page, which show one time step after another, come before this one.
  await tab.evaluate("new Promise((resolve) => setTimeout(resolve, 600))");
  assertEquals(await tab.evaluate(text('output[for="moment"]')), "1 of 1");
  await tab.evaluate(click('a[href="#main"]'));
  await tab.frames(5);
  assertEquals(await tab.evaluate(`${find("#panel-digit")}.hidden`), false);
  assertEquals(await tab.evaluate(`${find("#notice")}.hidden`), true);
  const actor = ilcSan({ obsDim: 3, actDim: 1, hiddenSizes: [5], actLimit: 2 });
  await tab.evaluate(drop("state.safetensors", writeSafetensors(actor.init(key(0)))));
  await tab.waitFor(`${find("dialog")}.open && ${find("dialog")}.clientWidth > 0`);
  await tab.evaluate(click("[data-cancel]"));
  await setSlider(tab, '[name="seed"]', 1e30);
  assertEquals(await tab.evaluate(`${find('[name="seed"]')}.value`), "999999");
}

async function checkKeyboard(tab: BrowserTab): Promise<void> {
  await tab.evaluate(`${find("#tab-digit")}.focus()`);
  await tab.press("ArrowRight");
  assertEquals(await tab.evaluate("document.activeElement.id"), "tab-population");
  await tab.waitFor(`${text("[data-population-code]")}.includes("ilc(cubaLif")`);
  await setSlider(tab, '[name="weight"]', -0.1);
  assertStringIncludes(await tab.evaluate(text(".equations")), "−0.1 · Σ");
  await tab.evaluate(`${find("#tab-population")}.focus()`);
  await tab.press("ArrowLeft");
  await tab.evaluate(`${find('[role="gridcell"][tabindex="0"]')}.focus()`);
  await tab.press("ArrowDown");
  const label = "document.activeElement.getAttribute('aria-label')";
  assertStringIncludes(await tab.evaluate(label), "Row 2, column 1");
  const before = await tab.evaluate(label);
  await tab.press("Enter");
  await tab.waitFor(`${label} !== ${JSON.stringify(before)}`);
}

async function checkStillness(tab: BrowserTab, address: string): Promise<void> {
  await tab.look({ width: 360, reducedMotion: true });
  await tab.goto(`${address}?still`);
  await tab.waitFor(`${find('[data-seat="0"] canvas')}.dataset.angle`);
  assertEquals(await tab.evaluate(text("[data-play]")), "Play");
  const before = await tab.evaluate(tilt(0));
  await tab.frames(12);
  assertEquals(await tab.evaluate(tilt(0)), before);
  await tab.evaluate(click("[data-step]"));
  await tab.waitFor(`${tilt(0)} !== ${before}`);
  await tab.evaluate(`${find('[data-seat="0"] canvas')}.focus()`);
  assertEquals(await tab.evaluate("crossOriginIsolated"), false);
}

testUnless(
  why,
  "the live page learns, reads files and digits, and obeys the keyboard",
  async (t) => {
    const folder = await Deno.makeTempDir({ prefix: "spikeloop-live-" });
    await mustRun(withTools("packages/dev/site/live/build.ts", [folder]), repositoryRoot);
    const sizes = Object.values(await livePageSizes(folder)).reduce((a, b) => a + b);
    assert(sizes <= mostBytes, `the page weighs ${sizes} bytes`);
    const server = serveFolder(folder, 0, "/some/where/");
    const address = `${server.address}live/index.html`;
    const browser = await Browser.start(path ?? "");
    const tab = await browser.open();
    try {
      await t.step("it fits two widths and two themes", () => checkLooks(tab, address));
      await tab.look({ width: 1280 });
      await tab.goto(address);
      await t.step("a network learns, the same one as elsewhere", () => checkTraining(tab));
      // A browser that imitates a GPU takes a minute: learner_gpu_test.ts is the short form.
      if (trials(0, 1) > 0) await t.step("it goes on on a GPU and back", () => checkDevices(tab));
      await t.step("settings change while it learns", () => checkSettings(tab));
      await t.step("dropped files act, or say why they cannot", () => checkFiles(tab));
      await t.step("a drawn seven is read", () => checkDigit(tab));
      await t.step("detours lead back", () => checkDetours(tab));
      await t.step("keys are enough", () => checkKeyboard(tab));
      await t.step("all controls have names", () => checkNames(tab));
      await t.step("nothing moves where readers want so", () => checkStillness(tab, address));
      assertEquals(tab.takeErrors(), []);
    } finally {
      await tab.close();
      await browser.close();
      await server.close();
      await Deno.remove(folder, { recursive: true });
    }
  },
);
