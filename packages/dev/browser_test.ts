import { assert, assertEquals, assertRejects } from "@std/assert";
import { Browser, findBrowser } from "./browser.ts";
import { testUnless } from "./test_unless.ts";

const path = await findBrowser();
const browser = path === undefined ? undefined : await Browser.start(path);
Deno.test.afterAll(() => browser?.close());
const reason = browser === undefined ? "no Chromium here" : undefined;

testUnless(reason, "Browser.run() gives what the page's module resolves to", async () => {
  const module =
    `export const run = () => Promise.resolve({ sum: 1 + 2, gpu: "gpu" in navigator });`;
  assertEquals(await browser?.run(module), { sum: 3, gpu: true });
});

testUnless(reason, "Browser.run() throws what the page's module throws", async () => {
  const module = `export function run() { throw new TypeError("Cannot do it"); }`;
  await assertRejects(async () => await browser?.run(module), Error, "Cannot do it");
});

testUnless(reason, "Browser.run() throws where the page says nothing", async () => {
  const module = `export const run = () => new Promise(() => {});`;
  const options = { patience: 500 };
  await assertRejects(async () => await browser?.run(module, options), Error, "said nothing");
});

testUnless(reason, "a tab opens pages, takes keys, and lists what went wrong in them", async () => {
  const tab = await browser?.open();
  assert(tab !== undefined);
  await tab.look({ width: 360, colours: "dark", reducedMotion: true });
  await tab.goto(
    `data:text/html,<input><script>console.error("bad", 1);
      setTimeout(() => { globalThis.isOver = true; lost(); }, 0)</script>`,
  );
  await tab.waitFor("globalThis.isOver");
  assertEquals(await tab.evaluate("innerWidth"), 360);
  assert(await tab.evaluate(`matchMedia("(prefers-color-scheme: dark)").matches`));
  assert(await tab.evaluate(`matchMedia("(prefers-reduced-motion: reduce)").matches`));
  await tab.evaluate(`document.querySelector("input").focus()`);
  await tab.type("spik");
  await tab.press("e");
  await tab.waitFor(`document.querySelector("input").value === "spike"`);
  await assertRejects(() => tab.evaluate("Promise.reject(new Error('no'))"), Error, "no");
  assertEquals((await tab.screenshot()).subarray(1, 4), new TextEncoder().encode("PNG"));
  const errors = tab.takeErrors();
  assertEquals(errors.map((error) => /bad 1|lost is not defined/.test(error)), [true, true]);
  await tab.close();
});

testUnless(reason, "a tab waits for the page that it goes to, not for the one before", async () => {
  const tab = await browser?.open();
  assert(tab !== undefined);
  for (let i = 0; i < 20; i++) {
    await tab.goto(`data:text/html,<p>${i}`);
    assertEquals(await tab.evaluate(`document.querySelector("p").textContent`), `${i}`);
  }
  await tab.frames(2);
  await tab.close();
  await assertRejects(() => tab.evaluate("1"), Error, "the tab is closed");
});
