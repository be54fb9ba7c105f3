import * as e from "@spikeloop/expr";
import type { CompleteBackend } from "@spikeloop/backend";
import { assert } from "@std/assert";
import { everyExponent, fromBits, generator, specialNumbers } from "./float_patterns.ts";

/** A function of expressions, and how far from the CPU's its values may be on a GPU. */
interface Case {
  readonly formula: (a: e.Expr, b: e.Expr) => e.Expr;
  /** Relative to the value; 0: the same bits, denormals and the sign of 0 included. */
  readonly tolerance: number;
  /** Besides that, absolutely. */
  readonly absolute?: number;
  /** The value where the CPU's is less exact than the GPU's. */
  readonly value?: (a: number) => number;
  /** WGSL lets denormals count as 0 in arithmetic. */
  readonly flushes?: boolean;
}

const unary: Readonly<Record<string, Case>> = {
  neg: { formula: e.neg, tolerance: 0 },
  abs: { formula: e.abs, tolerance: 0 },
  floor: { formula: e.floor, tolerance: 0 },
  round: { formula: e.round, tolerance: 0 },
  sqrt: { formula: e.sqrt, tolerance: 4e-7 },
  exp: { formula: e.exp, tolerance: 5e-7 },
  log: { formula: e.log, tolerance: 3e-7 },
  // Everywhere, also where the CPU's are only bounded; near their zeros to 1e-12.
  sin: { formula: e.sin, tolerance: 4e-7, absolute: 1e-12, value: Math.sin },
  cos: { formula: e.cos, tolerance: 4e-7, absolute: 1e-12, value: Math.cos },
  tanh: { formula: e.tanh, tolerance: 8e-7 },
  atan: { formula: e.atan, tolerance: 8e-7 },
  erf: { formula: e.erf, tolerance: 8e-7 },
  erfc: { formula: e.erfc, tolerance: 2e-6 },
  sigmoid: { formula: e.sigmoid, tolerance: 2e-6 },
  spike: { formula: (a) => e.spike(a, 1), tolerance: 0 },
  "select by a number": { formula: (a) => e.select(a, 2, 3), tolerance: 0 },
  "below a number": { formula: (a) => e.select(e.less(a, 1.25), a, -2), tolerance: 0 },
  "times 0": { formula: (a) => e.mul(a, 0), tolerance: 0 },
  "times a condition": { formula: (a) => e.mul(a, e.less(a, 1)), tolerance: 0, flushes: true },
  "times a choice": {
    formula: (a) => e.mul(a, e.select(e.less(a, 1), 0, 1)),
    tolerance: 0,
    flushes: true,
  },
  "minus itself": { formula: (a) => e.sub(a, a), tolerance: 0 },
  "by itself": { formula: (a) => e.div(a, a), tolerance: 4e-7, flushes: true },
  "clip to numbers": { formula: (a) => e.min(e.max(a, -1.5), 1.25), tolerance: 0 },
};

const binary: Readonly<Record<string, Case>> = {
  add: { formula: e.add, tolerance: 1e-7, flushes: true },
  sub: { formula: e.sub, tolerance: 1e-7, flushes: true },
  mul: { formula: e.mul, tolerance: 1e-7, flushes: true },
  div: { formula: e.div, tolerance: 4e-7, flushes: true },
  min: { formula: e.min, tolerance: 0 },
  max: { formula: e.max, tolerance: 0 },
  less: { formula: e.less, tolerance: 0 },
  lessEqual: { formula: e.lessEqual, tolerance: 0 },
  greater: { formula: e.greater, tolerance: 0 },
  greaterEqual: { formula: e.greaterEqual, tolerance: 0 },
  equal: { formula: e.equal, tolerance: 0 },
  select: { formula: (a, b) => e.select(a, b, 7), tolerance: 0 },
  pow: { formula: e.pow, tolerance: 4e-6 },
};

const smallest = 2 ** -126;

/** 0 with its sign for a denormal. */
const flush = (x: number) => Math.abs(x) < smallest ? 0 * x : x;

function isNear(got: number, want: number, { tolerance, absolute = 0 }: Case): boolean {
  if (Object.is(got, want)) return true;
  if (tolerance === 0 || !Number.isFinite(want)) return false;
  // A denormal may become 0, before the last operation or after it.
  const allowed = tolerance * Math.abs(want) + Math.max(absolute, 2 * smallest);
  return Math.abs(got - want) <= allowed;
}

/** Arguments of one function: over the whole range, densely where it bends, and near its zeros. */
function arguments_(random: () => number): number[] {
  return [
    ...specialNumbers,
    ...everyExponent(64),
    ...Array.from({ length: 8000 }, () => (random() - 0.5) * 40),
    ...Array.from({ length: 4000 }, () => Math.exp((random() - 0.5) * 8)),
    ...Array.from({ length: 2000 }, (_, k) => k * Math.PI / 2),
    ...Array.from({ length: 200 }, (_, k) => (k - 100) / 2),
    ...[88.72283, 88.72284, -87.4, -103.9, -104, 9.2, 10.1],
  ].map(Math.fround);
}

/** Pairs of arguments: special numbers with each other, any bits, and powers within range. */
function pairs(random: () => number): [number, number][] {
  const bits = () => fromBits(random() * 2 ** 32);
  const drawn = Array.from({ length: 20_000 }, (_, i): [number, number] => {
    if (i % 2 === 0) return [bits(), bits()];
    const size = Math.exp((random() - 0.5) * (i % 3 === 0 ? 170 : 4));
    const exponent = (random() - 0.5) * 176 / Math.log(size);
    return i % 5 === 0 ? [-size, Math.round(exponent)] : [size, exponent];
  });
  const specials = specialNumbers.flatMap((a) =>
    specialNumbers.map((b): [number, number] => [a, b])
  );
  return [...specials, ...drawn].map(([a, b]) => [Math.fround(a), Math.fround(b)]);
}

/** Compares functions, all in one kernel, with the evaluator's. */
async function compare(
  backend: CompleteBackend,
  cases: Readonly<Record<string, Case>>,
  args: readonly (readonly number[])[],
): Promise<void> {
  const inputs = ["a", "b"];
  const outputs = Object.values(cases).map((c) => c.formula(e.input("a"), e.input("b")));
  const storage = inputs.map((_, i) => backend.upload(Float32Array.from(args, (p) => p[i] ?? 0)));
  const results = backend.map(
    { inputs, outputs },
    storage.map((s) => ({ storage: s, strides: [1] })),
    [args.length],
  );
  const got = await Promise.all(results.map((r) => backend.read(r)));
  Object.entries(cases).forEach(([name, c], k) => {
    const run = e.compileEvaluator([outputs[k]], inputs);
    const value = (a: number, b: number) => {
      const result = [0];
      run([a, b], result);
      return result[0];
    };
    args.forEach(([a, b = 0], i) => {
      const want = c.value === undefined ? value(a, b) : Math.fround(c.value(a));
      const others = c.flushes
        ? [[flush(a), b], [a, flush(b)], [flush(a), flush(b)]].map(([p, q]) => value(p, q))
        : [];
      const near = [want, ...others].some((w) => isNear(got[k][i], w, c));
      assert(near, `${name} of ${[a, b]} is ${got[k][i]}, expected ${want}`);
    });
  });
}

/** Tests that every function has the CPU's values over the whole range of float32. */
export function functionsSuite(backend: CompleteBackend): void {
  Deno.test("functions of one number have the CPU's values over the whole range of float32", async () => {
    await compare(backend, unary, arguments_(generator(1)).map((a) => [a]));
  });

  Deno.test("functions of two numbers have the CPU's values over the whole range of float32", async () => {
    await compare(backend, binary, pairs(generator(2)));
  });

  Deno.test("sine and cosine stay within [-1, 1]", async () => {
    const xs = Float32Array.from(everyExponent(200).filter(Number.isFinite));
    const x = { storage: backend.upload(xs), strides: [1] };
    const outputs = [e.sin(e.input("x")), e.cos(e.input("x"))];
    const results = backend.map({ inputs: ["x"], outputs }, [x], [xs.length]);
    for (const values of await Promise.all(results.map((r) => backend.read(r)))) {
      values.forEach((y, i) => assert(Math.abs(y) <= 1, `${y} at ${xs[i]}`));
    }
  });

  Deno.test("constants keep their values: -0, denormals, infinities and NaN", async () => {
    const x = { storage: backend.upload(Float32Array.of(-0)), strides: [1] };
    const constants = [-0, 1e-40, -1e-42, Infinity, -Infinity, NaN, 3.4028234663852886e38];
    const outputs = constants.map((c) => e.select(e.less(e.input("x"), 1), c, 5));
    const results = backend.map({ inputs: ["x"], outputs }, [x], [1]);
    const got = await Promise.all(results.map((r) => backend.read(r)));
    constants.forEach((c, i) => {
      assert(Object.is(got[i][0], Math.fround(c)), `${got[i][0]}, expected ${c}`);
    });
  });
}
