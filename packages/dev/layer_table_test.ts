import { assertEquals } from "@std/assert";
import { join } from "node:path";
import { layerOf } from "./layer_table.ts";
import { readMembers } from "./members.ts";
import { repositoryRoot } from "./run_deno.ts";

const rowsOf = (text: string) =>
  [...text.matchAll(/^\| +(\d+) +\| `(\w+)` +\| \S/gm)].map((
    [, layer, name],
  ) => [name, Number(layer)]);

Deno.test("ARCHITECTURE.md has the table of layers that is checked", async () => {
  const text = await Deno.readTextFile(join(repositoryRoot, "ARCHITECTURE.md"));
  assertEquals(Object.fromEntries(rowsOf(text)), { ...layerOf });
});

Deno.test("every published package has a layer, and every layer's package exists", async () => {
  const published = (await readMembers()).filter((m) => m.isPublished).map((m) => m.name);
  assertEquals(Object.keys(layerOf).sort(), published.sort());
});
