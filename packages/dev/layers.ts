/**
 * Checks the imports of all packages: `deno run -R packages/dev/layers.ts`.
 *
 * @module
 */
import { checkCircles, checkLayers } from "./check_layers.ts";
import { forbidden, layerOf } from "./layer_table.ts";
import { readMembers } from "./members.ts";
import { sourceFiles } from "./source_files.ts";

/** The problems of the tree on the disk; empty when all is well. */
export async function layerProblems(): Promise<string[]> {
  const members = await readMembers();
  const unplaced = members
    .filter(({ name, isPublished }) => isPublished && layerOf[name] === undefined)
    .map(({ name }) => `packages/${name} has no layer: give it one in packages/dev/layer_table.ts`);
  const entries = Object.fromEntries(
    members.map(({ name, exports }) => [name, Object.keys(exports)]),
  );
  const files = await Array.fromAsync(sourceFiles("packages"));
  return [
    ...unplaced,
    ...checkLayers(files, { layers: layerOf, entries, forbidden }),
    ...checkCircles(files),
  ];
}

if (import.meta.main) {
  const problems = await layerProblems();
  for (const problem of problems) console.error(problem);
  if (problems.length > 0) Deno.exit(1);
}
