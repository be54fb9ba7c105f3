import { assertEquals } from "@std/assert";
import { sourceLink } from "./repository.ts";

Deno.test("sourceLink() is the file at the version, and nothing while there is no repository", () => {
  const address = "https://example.org/a/b";
  assertEquals(sourceLink("docs/gpu.md", "0.1.0", address), `${address}/blob/v0.1.0/docs/gpu.md`);
  assertEquals(sourceLink("docs/gpu.md", "0.1.0", ""), undefined);
});
