import { assert, assertEquals } from "@std/assert";
import { defineScan, hostArray, type ScanResult, type Storage } from "@spikeloop/backend";
import { evaluateScanBackward, evaluator } from "@spikeloop/backend/evaluator";
import {
  assertSameBits,
  choice,
  currentBased,
  generator,
  integer,
  leaky,
  type ScanCase,
  scanCase,
  scanModels,
  slopes,
  symmetric,
  trials,
} from "@spikeloop/dev/testing";
import { cpuScanBackward } from "./backward.ts";
import { cpuScan } from "./forward.ts";
import { KeptValues } from "./kept_values.ts";
import { argumentsAt, scanMemory } from "./memory.ts";

type Result = Storage | undefined;

function assertSame(given: Result, wanted: Result, what: string): void {
  if (given === undefined || wanted === undefined) return assertEquals(given, wanted, what);
  assertSameBits(given, wanted, what);
}

/** Writes over what calls leave in the kernels' memory, as calls of other kernels do. */
function spoilMemory(): void {
  const memory = scanMemory();
  const { floats, tileStart } = memory;
  floats.fill(NaN, 0, argumentsAt / 4);
  memory.writeArguments(new Int32Array(64).fill(1 << 28));
  floats.fill(NaN, tileStart / 4);
}

/**
 * Runs a case on the CPU and on the evaluator, and compares every bit of every result; twice, since
 * the second call finds its plan made, and memory that others have used; and again where the
 * forward pass keeps values for the pullback.
 */
function compare({ kernel, args: given, cotangents, wants, trace, title }: ScanCase): void {
  const wanted = evaluator.scan(kernel, given, trace);
  const gradients = evaluateScanBackward(kernel, given, wanted.out, cotangents, wants);
  const notes: unknown[] = [];
  for (const call of ["first", "second", "recorded"]) {
    const forPullback = call === "recorded" ? new KeptValues(kernel) : undefined;
    const args = { ...given, forPullback, notes };
    const what = `${title}, ${call} call`;
    spoilMemory();
    const forward = cpuScan(kernel, args, trace);
    assertSame(forward.out, wanted.out, `${what}: out`);
    assertSame(forward.lateral, wanted.lateral, `${what}: lateral`);
    wanted.state.forEach((s, i) => assertSame(forward.state[i], s, `${what}: state ${i}`));
    assertEquals(forward.trace.length, trace.length);
    wanted.trace.forEach((s, i) => assertSame(forward.trace[i], s, `${what}: trace ${i}`));
    if (forPullback && forPullback.find() === undefined) continue;
    spoilMemory();
    const back = cpuScanBackward(kernel, args, forward.out, cotangents, wants);
    assertSame(back.x, gradients.x, `${what}: gradient of x`);
    assertSame(back.weight, gradients.weight, `${what}: gradient of weight`);
    assertSame(back.bias, gradients.bias, `${what}: gradient of bias`);
    for (const kind of ["state", "params"] as const) {
      gradients[kind].forEach((g, i) =>
        assertSame(back[kind][i], g, `${what}: gradient of ${kind} ${i}`)
      );
    }
  }
}

const oddExtents = [
  { steps: 1, batch: 1, groups: 1, group: 1 },
  { steps: 5, batch: 1, groups: 8, group: 10 },
  { steps: 3, batch: 0, groups: 2, group: 3 },
  { steps: 2, batch: 3, groups: 0, group: 3 },
  { steps: 2, batch: 70, groups: 2, group: 5 },
  { steps: 3, batch: 5, groups: 3, group: 25 },
  { steps: 3, batch: 5, groups: 3, group: 26 },
  { steps: 2, batch: 2, groups: 1, group: 257 },
  { steps: 2, batch: 5, groups: 2, group: 275 },
  { steps: 4, batch: 3, groups: 17, group: 0 },
  { steps: 2, batch: 2, groups: 3000, group: 0 },
  { steps: 3, batch: 130, groups: 20, group: 10 },
];

/** Steps, batch, groups, units of a group: in one job, in several tiles, in parts. */
const unreadExtents = [
  [1, 1, 2, 3],
  [4, 3, 3, 6],
  [3, 70, 5, 0],
  [2, 130, 2, 30],
  [12, 130, 6, 10],
  [17, 5, 1301, 3],
] as const;

/** The same case with infinite inputs at the last step, and no cotangents of states. */
function unread({ args, cotangents, wants, ...rest }: ScanCase): ScanCase {
  const x = hostArray(args.x).slice();
  const size = args.batch * args.units;
  [Infinity, -Infinity].forEach((value, i) => x[x.length - 1 - i * (size >> 1)] = value);
  const out = x.map((_, i) => i % 7 - 3);
  return {
    ...rest,
    args: { ...args, x },
    cotangents: { ...cotangents, out, state: [] },
    wants: { ...wants, weights: args.group > 0 },
  };
}

for (const kernel of scanModels) {
  Deno.test(`${kernel.name}: the compiled time loop gives the evaluator's bits, forward and backward`, () => {
    const random = generator(1);
    for (const extents of oddExtents) compare(scanCase(kernel, extents, random));
    for (let i = 0; i < trials(12, 400); i++) {
      const extents = {
        steps: integer(random, 1, 7),
        batch: integer(random, 1, 20),
        groups: integer(random, 1, 9),
        group: integer(random, 0, 70),
      };
      compare(scanCase(kernel, extents, random));
    }
  });
}

Deno.test("populations of every size that steps send for have the evaluator's bits, also where turns end past the last", () => {
  const random = generator(9);
  for (let group = 1; group <= 28; group++) {
    for (const [batch, groups] of [[1, 1], [3, 3], [67, 7]]) {
      compare(scanCase(choice(random, scanModels), { steps: 2, batch, groups, group }, random));
    }
  }
});

Deno.test("numbers that are not finite go the way of the formula: 0 · ∞ is NaN", () => {
  const kernel = currentBased(slopes.rect);
  const random = generator(2);
  const { args, ...rest } = scanCase(kernel, { steps: 4, batch: 3, groups: 3, group: 6 }, random);
  const x = hostArray(args.x).slice();
  [Infinity, -Infinity, NaN, -0].forEach((value, i) => x[i * 17 + 1] = value);
  const result = cpuScan(kernel, { ...args, x, params: [0.5, 0.5, 0] }, []);
  const spiked = hostArray(result.out)[1];
  assertEquals(spiked, 1);
  assert(Number.isNaN(hostArray(result.state[1])[1]));
  compare({ ...rest, args: { ...args, x } });
});

Deno.test("numbers below 2⁻¹²⁶ have the evaluator's bits, also where they are flushed", () => {
  const random = generator(17);
  const kernel = currentBased(slopes.rect);
  for (const flushDenormal of [false, true]) {
    for (const group of [0, 10]) {
      const flushing = defineScan({ ...kernel, flushDenormal });
      const given = scanCase(flushing, { steps: 40, batch: 4, groups: 4, group }, random);
      const small = ({ length }: Storage) => symmetric(random, length, 2 ** -122);
      const state = given.args.state.map(small);
      const cotangents = { ...given.cotangents, out: small(given.args.x), state: state.map(small) };
      compare({ ...given, args: { ...given.args, x: small(given.args.x), state }, cotangents });
    }
  }
});

Deno.test("states that the loss does not read make no NaN = 0 · ∞ of gradients, in one tile, many, or in parts", () => {
  const random = generator(15);
  const kernel = leaky(slopes.rect);
  for (const [steps, batch, groups, group] of unreadExtents) {
    const { args, cotangents, ...rest } = scanCase(kernel, { steps, batch, groups, group }, random);
    const params = [0.5, 0.5, 0];
    const given = unread({ ...rest, args: { ...args, params }, cotangents });
    const { out } = cpuScan(kernel, given.args, []);
    const { x } = cpuScanBackward(kernel, given.args, out, given.cotangents, given.wants);
    assert(hostArray(x).every(Number.isFinite), given.title);
    compare(given);
  }
});

Deno.test("where some states are read and others make NaNs, gradients have the evaluator's bits", () => {
  const random = generator(16);
  for (const kernel of scanModels) {
    for (const [steps, batch, groups, group] of unreadExtents.slice(0, 4)) {
      const given = unread(scanCase(kernel, { steps, batch, groups, group }, random));
      const { state } = scanCase(kernel, { steps, batch, groups, group }, random).cotangents;
      compare(given);
      compare({ ...given, cotangents: { ...given.cotangents, state } });
    }
  }
});

/** Steps, batch, groups, units of a group, delay: in one job, and in several tiles. */
const delayedExtents = [
  [1, 1, 1, 1, 2],
  [1, 3, 2, 5, 7],
  [5, 1, 8, 10, 2],
  [3, 0, 2, 3, 2],
  [9, 3, 3, 6, 4],
  [6, 70, 5, 3, 6],
  [5, 130, 2, 30, 2],
  [12, 130, 6, 10, 5],
  [2, 5, 3, 41, 3],
] as const;

for (const kernel of scanModels) {
  Deno.test(`${kernel.name}: spikes that arrive later have the evaluator's bits, forward and backward`, () => {
    const random = generator(15);
    for (const [steps, batch, groups, group, delay] of delayedExtents) {
      compare(scanCase(kernel, { steps, batch, groups, group, delay }, random));
    }
    for (let i = 0; i < trials(12, 400); i++) {
      const group = integer(random, 1, 32);
      compare(scanCase(kernel, {
        steps: integer(random, 1, 9),
        batch: choice(random, [1, 2, 7, 8, 33, 65, 100]),
        groups: integer(random, 1, 5),
        group,
        delay: integer(random, 1, 9),
      }, random));
    }
  });
}

Deno.test("large sequences run through several tiles of rows and of time", () => {
  const random = generator(3);
  for (const [steps, batch, delay] of [[40, 30, 1], [500, 1, 1], [3, 200, 1], [500, 1, 50]]) {
    compare(scanCase(scanModels[4], { steps, batch, groups: 12, group: 10, delay }, random));
  }
  compare(
    scanCase(scanModels[0], { steps: 40, batch: 27, groups: 11, group: 11, delay: 3 }, random),
  );
});

Deno.test("long sequences go through time in parts, with the same bits", () => {
  const random = generator(8);
  const cases = [[6, 7], [7, 30], [4, 1], [6, 1], [7, 1], [4, 2], [4, 30]];
  for (const [model, delay] of cases.slice(0, trials(2, 7))) {
    // Four of five rows have just more numbers than a slab holds at once, 2¹⁸.
    const extents = { steps: 17, batch: 5, groups: 1301, group: 3, delay };
    compare(scanCase(scanModels[model], extents, random));
  }
  compare(scanCase(scanModels[4], { steps: 300, batch: 1, groups: 88, group: 10 }, random));
});

Deno.test("nothing that was given is written to", () => {
  const random = generator(4);
  for (const kernel of scanModels) {
    const given = scanCase(kernel, { steps: 3, batch: 2, groups: 3, group: 7 }, random);
    const before = structuredClone({ ...given, kernel: undefined });
    const { out } = cpuScan(kernel, given.args, given.trace);
    cpuScanBackward(kernel, given.args, out, given.cotangents, given.wants);
    assertEquals({ ...given, kernel: undefined }, before);
  }
});

Deno.test("results do not change when later calls use the same memory", () => {
  const random = generator(5);
  const first = scanCase(scanModels[4], { steps: 3, batch: 2, groups: 3, group: 7 }, random);
  const second = scanCase(scanModels[4], { steps: 3, batch: 2, groups: 3, group: 7 }, random);
  const numbersOf = ({ out, state, lateral }: ScanResult) =>
    [out, ...state, lateral].map((storage) => storage && hostArray(storage));
  const result = cpuScan(first.kernel, first.args, []);
  const copy = structuredClone(numbersOf(cpuScan(first.kernel, first.args, [])));
  cpuScan(second.kernel, second.args, []);
  assertEquals(numbersOf(result), copy);
});

Deno.test("tables of weights are rebuilt when weight or bias is another", () => {
  const random = generator(6);
  const given = scanCase(scanModels[4], { steps: 4, batch: 2, groups: 30, group: 20 }, random);
  const { units, group } = given.args;
  for (let i = 0; i < 12; i++) {
    const weight = symmetric(random, units * group, 0.5);
    const bias = symmetric(random, units, 0.5);
    compare({ ...given, args: { ...given.args, weight } });
    compare({ ...given, args: { ...given.args, weight, bias } });
  }
});
