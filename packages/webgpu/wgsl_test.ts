import { assert } from "@std/assert";
import { onGpu } from "@spikeloop/dev";
import * as e from "@spikeloop/expr";

/** Every function with the arguments it is tried on: a, or a and b. */
const functions: Readonly<Record<string, readonly [e.Expr, number[], number[]?]>> = (() => {
  const [a, b] = [e.input("a"), e.input("b")];
  const line = Array.from({ length: 81 }, (_, i) => (i - 40) / 8);
  const positive = line.filter((x) => x > 0);
  const special = [0, -0, 1, -1, 0.5, 2.5, -2.5, 1e30, -1e30, Infinity, -Infinity];
  return {
    neg: [e.neg(a), [...line, ...special]],
    abs: [e.abs(a), [...line, ...special]],
    sqrt: [e.sqrt(a), [...positive, 0, 1e30, Infinity]],
    floor: [e.floor(a), [...line, ...special]],
    round: [e.round(a), [...line, ...special]],
    exp: [e.exp(a), [...line, 80, -80, -Infinity]],
    log: [e.log(a), [...positive, 1e-30, 1e30]],
    sin: [e.sin(a), line.slice(16, 65)],
    cos: [e.cos(a), line.slice(16, 65)],
    tanh: [e.tanh(a), [...line, 30, -30, 1e30, -1e30, Infinity]],
    atan: [e.atan(a), [...line, 1e30, -1e30, Infinity]],
    erf: [e.erf(a), [...line, 0.01, -0.3, 30, -30]],
    erfc: [e.erfc(a), [...line, 0.01, -0.3, -30]],
    sigmoid: [e.sigmoid(a), [...line, 100, -100]],
    add: [e.add(a, b), line, special],
    sub: [e.sub(a, b), line, special],
    mul: [e.mul(a, b), line, special.filter(Number.isFinite)],
    div: [e.div(a, b), line, [0.5, -3, 1e30]],
    min: [e.min(a, b), line, special],
    max: [e.max(a, b), line, special],
    pow: [e.pow(a, b), line.filter((x) => x !== 0), [0, 1, 2, 3, -1, -2]],
    "pow of positive numbers": [e.pow(a, b), positive, [0.5, -0.7, 2.3]],
    less: [e.less(a, b), [...line, ...special], special],
    lessEqual: [e.lessEqual(a, b), [...line, ...special], special],
    equal: [e.equal(a, b), [...line, ...special], special],
    select: [e.select(a, b, 7), [0, 1, -0, 0.5], special],
    "select by a comparison": [e.select(e.less(a, 0), b, a), line, special],
    spike: [e.spike(a, b), [...line, ...special], [1]],
    "the surrogate's value": [e.withSlope(e.mul(a, 2), a, b), line, [1]],
    detach: [e.add(e.detach(a), 1), line],
    constants: [e.add(e.mul(a, 1e-30), e.add(b, 123456789)), line, [0, 1e9]],
    "infinite constants": [e.min(a, e.add(Infinity, b)), line, [1]],
  };
})();

/** Rounding, and the polynomials for erf and erfc, which WGSL lacks. */
const relative = 4e-6;
const absolute = 2e-7;

await onGpu("functions of expressions", (gpu) => {
  Deno.test("every function of expressions has the evaluator's values on the GPU", async () => {
    const results = Object.entries(functions).map(([name, [expression, as, bs = [0]]]) => {
      const pairs = as.flatMap((a) => bs.map((b) => [a, b]));
      const storage = [0, 1].map((i) => gpu.upload(Float32Array.from(pairs, (p) => p[i])));
      const [out] = gpu.map(
        { inputs: ["a", "b"], outputs: [expression] },
        storage.map((s) => ({ storage: s, strides: [1] })),
        [pairs.length],
      );
      return { name, pairs, run: e.compileEvaluator([expression], ["a", "b"]), out: gpu.read(out) };
    });
    for (const { name, pairs, run, out } of results) {
      (await out).forEach((got, i) => {
        const wanted = [0];
        run(pairs[i].map(Math.fround), wanted);
        const [want] = wanted;
        const isNear = Object.is(got + 0, want + 0) ||
          Math.abs(got - want) <= relative * Math.abs(want) + absolute;
        assert(isNear, `${name} of ${pairs[i]} is ${got}, expected ${want}`);
      });
    }
  });
});
