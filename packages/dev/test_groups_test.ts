import { assertEquals } from "@std/assert";
import { groupTests, writeTestGroups } from "./test_groups.ts";

Deno.test("the tests of a package share a worker, but for slow ones and those that measure", () => {
  const { single, shared } = groupTests([
    "bench/plain_actor_test.ts",
    "packages/cpu/map_test.ts",
    "packages/functional/structure_test.ts",
    "packages/plot/axis_test.ts",
    "packages/plot/legend_test.ts",
    "packages/training/gpu_test.ts",
  ]);
  assertEquals([...shared], [["plot", [
    "packages/plot/axis_test.ts",
    "packages/plot/legend_test.ts",
  ]]]);
  assertEquals(single.length, 4);
});

Deno.test("every test file runs once", async () => {
  const folder = await Deno.makeTempDir();
  try {
    const run = await writeTestGroups(folder);
    const groups = run.filter((path) => path.startsWith(folder));
    const texts = await Promise.all(groups.map((path) => Deno.readTextFile(path)));
    const paths = texts.join("").matchAll(/(packages\/\S+_test\.ts)"/g);
    const all = [...run.filter((path) => !groups.includes(path)), ...[...paths].map((m) => m[1])];
    assertEquals(new Set(all).size, all.length);
    for (const path of ["plot/axis", "cpu/map", "nodes/gpu", "dev/test_groups"]) {
      assertEquals(all.includes(`packages/${path}_test.ts`), true);
    }
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
