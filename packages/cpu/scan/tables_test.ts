import { assertEquals, assertNotStrictEquals, assertStrictEquals } from "@std/assert";
import { hostArray, type ScanArgs } from "@spikeloop/backend";
import { generator, scanCase, scanModels } from "@spikeloop/dev/testing";
import { scanMemory } from "./memory.ts";
import { placeTables } from "./tables.ts";

/** A call with weights of its own. */
function problem(group: number): ScanArgs {
  const { args } = scanCase(
    scanModels[0],
    { steps: 1, batch: 1, groups: 1, group },
    generator(group),
  );
  return args;
}

/** The weights, behind which tables keep a copy. */
function weightsAt({ weight }: { readonly weight: number }, length: number): number[] {
  return [...scanMemory().floats.subarray(weight / 4, weight / 4 + length)];
}

Deno.test("tables are found again, noted or not, as long as they are there", () => {
  const args = problem(3);
  const noted = { ...args, notes: [] };
  const tables = placeTables(true, noted);
  const others = Array.from({ length: 100 }, () => problem(2));
  others.slice(0, 20).forEach((other) => placeTables(true, other));
  assertStrictEquals(placeTables(true, noted), tables);
  assertStrictEquals(placeTables(true, args), tables);
  others.forEach((other) => placeTables(true, other));
  assertStrictEquals(placeTables(true, noted), tables);
  const { generation } = scanMemory();
  while (scanMemory().generation === generation) placeTables(true, problem(25));
  const weight = args.weight ?? args.x;
  for (const call of [noted, args]) {
    assertEquals(weightsAt(placeTables(true, call), weight.length), [...hostArray(weight)]);
  }
});

Deno.test("tables are those of the weight, the bias and the kind of output", () => {
  const args = problem(3);
  const noted = { ...args, notes: [] };
  const tables = placeTables(true, noted);
  const copyOf = (numbers = args.x) => hostArray(numbers).slice();
  assertNotStrictEquals(placeTables(true, { ...noted, weight: copyOf(args.weight) }), tables);
  assertNotStrictEquals(placeTables(true, { ...noted, bias: copyOf(args.bias) }), tables);
  assertNotStrictEquals(placeTables(false, args), tables);
  assertStrictEquals(placeTables(true, noted), tables);
});
