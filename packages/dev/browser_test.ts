import { assertEquals, assertRejects } from "@std/assert";
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
