import { assertEquals } from "@std/assert";
import { join } from "node:path";
import { emptyFolder } from "./empty_folder.ts";

Deno.test("emptyFolder() makes a folder, and empties one that exists", async () => {
  const root = await Deno.makeTempDir();
  const folder = join(root, "inner", "most");
  await emptyFolder(folder);
  await Deno.writeTextFile(join(folder, "file"), "");
  await emptyFolder(folder);
  assertEquals(await Array.fromAsync(Deno.readDir(folder)), []);
  await Deno.remove(root, { recursive: true });
});
