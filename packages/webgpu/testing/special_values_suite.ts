import { abs, add, input, less, min, mul, spike, sub } from "@spikeloop/expr";
import {
  type CompleteBackend,
  defineScan,
  hostArray,
  type MatmulSpec,
  type ReduceOp,
  type ScanArgs,
  type Storage,
} from "@spikeloop/backend";
import { evaluator } from "@spikeloop/backend/evaluator";
import { assert, assertEquals } from "@std/assert";
import { generator } from "./float_patterns.ts";

const specials = [NaN, Infinity, -Infinity, 0, -0, 3e38, -3e38];

/** Numbers of which some are special. */
function numbers(length: number, seed: number, share = 0.1): Float32Array {
  const random = generator(seed);
  return Float32Array.from(
    { length },
    () =>
      random() < share ? specials[Math.floor(random() * specials.length)] : (random() - 0.5) * 4,
  );
}

/** Compares numbers: NaN and infinities must be the same, others close. */
function assertSame(got: Float32Array, want: Float32Array, what: string): void {
  assertEquals(got.length, want.length, what);
  got.forEach((g, i) => {
    const w = want[i];
    const near = g === w || (Number.isNaN(g) && Number.isNaN(w)) ||
      (Number.isFinite(w) && Math.abs(g - w) <= 1e-5 * Math.max(1, Math.abs(w)));
    assert(near, `${what}: element ${i} is ${g}, expected ${w}`);
  });
}

const reductions: readonly ReduceOp[] = ["sum", "max", "min", "argmax", "argmin"];

/** Short and long axes, inside and outside; cut into blocks or not. */
const shapes = [[5, 7, 3], [3, 40, 1], [2, 5000, 1], [1, 300, 9], [40, 1, 2], [1, 64, 1]] as const;

const product: MatmulSpec = {
  batch: 2,
  m: 5,
  k: 19,
  n: 66,
  transposeA: false,
  transposeB: false,
  sharedA: false,
  sharedB: false,
  binaryA: false,
  binaryB: false,
};

/** A leaky unit with a rectangular surrogate, whose membrane is clipped. */
const clipped = defineScan({
  name: "clipped",
  states: ["v"],
  params: ["decay"],
  ...(() => {
    const u = min(add(mul(input("v"), input("decay")), input("x")), 8);
    const over = sub(u, 1);
    const out = spike(over, less(abs(over), 0.5));
    return { out, next: [sub(u, out)] };
  })(),
  binary: true,
});

/** A scan of 6 steps, of groups of 3 or of single units, whose x has special values. */
function scanArgs(group: number, seed: number): ScanArgs {
  const [steps, batch, units] = [6, 5, 12];
  const size = batch * units;
  const shared = group > 0
    ? {
      lateral: numbers(size, seed + 1, 0),
      weight: numbers(units * group, seed + 2, 0),
      bias: numbers(units, seed + 3, 0),
    }
    : { lateral: undefined, weight: undefined, bias: undefined };
  return {
    steps,
    batch,
    units,
    group,
    delay: 1,
    x: numbers(steps * size, seed, 0.05),
    noise: [],
    state: [numbers(size, seed + 4, 0.05)],
    params: [0.75],
    ...shared,
  };
}

/** Tests that NaN, infinities and the largest numbers go through every skeleton as on the CPU. */
export function specialValuesSuite(backend: CompleteBackend): void {
  Deno.test("reductions of NaN and infinities are the CPU's", async () => {
    const checks = reductions.flatMap((op) =>
      shapes.flatMap(([outer, axis, inner], i) =>
        [0, 0.02, 0.5].map(async (share) => {
          const x = numbers(outer * axis * inner, 10 * i + 1, share);
          // Sums of the largest numbers depend on their order.
          const some = op === "sum" ? x.map((v) => Math.abs(v) === Math.fround(3e38) ? 1 : v) : x;
          const result = backend.reduce(op, backend.upload(some), outer, axis, inner);
          const want = hostArray(evaluator.reduce(op, some, outer, axis, inner));
          const got = await backend.read(result);
          if (op === "sum") assertSums(got, want, `sum of ${[outer, axis, inner]}`);
          else assertSame(got, want, `${op} of ${[outer, axis, inner]}`);
        })
      )
    );
    await Promise.all(checks);
  });

  Deno.test("a mean is the sum over the number of elements, in one stage and in two", async () => {
    for (const length of [1, 7, 100, 9001]) {
      for (const share of [0, 0.02]) {
        const x = numbers(length, length, share).map((v) => Math.abs(v) > 1e38 ? 1 : v);
        const sum = hostArray(evaluator.reduce("sum", x, 1, length, 1));
        const mean = backend.mean?.(backend.upload(x));
        assert(mean !== undefined);
        assertSums(await backend.read(mean), sum.map((v) => v / length), `mean of ${length}`);
      }
    }
  });

  Deno.test("products of matrices with NaN and infinities are the CPU's", async () => {
    const { batch, m, k, n } = product;
    const [a, b] = [numbers(batch * m * k, 1, 0.01), numbers(batch * k * n, 2, 0.003)];
    const result = backend.matmul(product, backend.upload(a), backend.upload(b));
    const want = hostArray(evaluator.matmul(product, a, b));
    assertSums(await backend.read(result), want, "matmul");
    assert(want.some(Number.isNaN) && want.some(Number.isFinite));
  });

  for (const group of [0, 3]) {
    Deno.test(`NaN and infinities go through a scan as on the CPU, in groups of ${group}`, async () => {
      const args = scanArgs(group, 7);
      const up = (s: Storage) => backend.upload(hostArray(s));
      const maybe = (s: Storage | undefined) => s && up(s);
      const there = {
        ...args,
        x: up(args.x),
        state: args.state.map(up),
        lateral: maybe(args.lateral),
        weight: maybe(args.weight),
        bias: maybe(args.bias),
      };
      const [got, want] = [backend.scan(clipped, there, [0]), evaluator.scan(clipped, args, [0])];
      assertSame(await backend.read(got.out), hostArray(want.out), "spikes");
      assertSame(await backend.read(got.trace[0]), hostArray(want.trace[0]), "states");
      const g = numbers(args.x.length, 9, 0.02);
      const wants = { weights: group > 0, params: ["sum" as const] };
      const cotangents = { out: g, state: [undefined], lateral: undefined };
      const back = backend.scanBackward(
        clipped,
        there,
        got.out,
        { ...cotangents, out: up(g) },
        wants,
      );
      const wantBack = evaluator.scanBackward(clipped, args, want.out, cotangents, wants);
      assertSame(await backend.read(back.x), hostArray(wantBack.x), "gradient of x");
      assertSame(
        await backend.read(back.state[0]),
        hostArray(wantBack.state[0]),
        "gradient of the state",
      );
      assert(hostArray(want.trace[0]).some(Number.isNaN));
      assert(hostArray(wantBack.x).some(Number.isNaN));
    });
  }
}

/** Compares sums, of which large ones have lost digits. */
function assertSums(got: Float32Array, want: Float32Array, what: string): void {
  got.forEach((g, i) => {
    const w = want[i];
    const near = Number.isFinite(w)
      ? Math.abs(g - w) <= 1e-5 * Math.max(100, Math.abs(w))
      : Object.is(g, w);
    assert(near, `${what}: element ${i} is ${g}, expected ${w}`);
  });
}
