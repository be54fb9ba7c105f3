import { assertEquals, assertRejects } from "@std/assert";
import { findBrowser, runInBrowser } from "./browser.ts";
import { testUnless } from "./test_unless.ts";

const browser = await findBrowser();
const reason = browser === undefined ? "no Chromium here" : undefined;

testUnless(reason, "runInBrowser() gives what the page's module resolves to", async () => {
  const module =
    `export const run = () => Promise.resolve({ sum: 1 + 2, gpu: "gpu" in navigator });`;
  assertEquals(await runInBrowser(browser ?? "", module), { sum: 3, gpu: true });
});

testUnless(reason, "runInBrowser() throws what the page's module throws", async () => {
  const module = `export function run() { throw new TypeError("Cannot do it"); }`;
  await assertRejects(() => runInBrowser(browser ?? "", module), Error, "Cannot do it");
});

testUnless(reason, "runInBrowser() throws where the page says nothing", async () => {
  const module = `export const run = () => new Promise(() => {});`;
  const options = { patience: 3000 };
  await assertRejects(() => runInBrowser(browser ?? "", module, options), Error, "said nothing");
});
