import { assertEquals } from "@std/assert";
import { version } from "./version.ts";

Deno.test("the version in reports is the package's", async () => {
  const manifest = await Deno.readTextFile(new URL("./deno.json", import.meta.url));
  assertEquals(version, JSON.parse(manifest).version);
});
