import { assertEquals, assertFalse } from "@std/assert";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { writePlainModules } from "./plain_modules.ts";

Deno.test("writePlainModules() writes JavaScript that runs where it lies, with its test data", async () => {
  const folder = await Deno.makeTempDir();
  try {
    await writePlainModules("packages/surrogate/mod.ts", folder);
    const entry = join(folder, "packages/surrogate/mod.js");
    const { surrogateNames } = await import(pathToFileURL(entry).href);
    assertEquals(surrogateNames().includes("rect"), true);
    const modules = (await Array.fromAsync(Deno.readDir(join(folder, "packages/expr"))))
      .filter(({ name }) => name.endsWith(".js"));
    for (const { name } of modules) {
      const code = await Deno.readTextFile(join(folder, "packages/expr", name));
      assertFalse(/^(import|export) .*"(@spikeloop|.*\.ts")/m.test(code), name);
    }
    const data = await Array.fromAsync(Deno.readDir(join(folder, "packages/surrogate/testdata")));
    assertEquals(data.length > 0, true);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
