import { assertAlmostEquals, assertEquals, assertLess, assertThrows } from "@std/assert";
import { plain } from "@spikeloop/functional";
import { cubaLif, integrateAndFire, lif, type Neuron, tauLif } from "@spikeloop/neuron";
import { key, uniform } from "@spikeloop/random";
import { full, mul, type Tensor, tensor } from "@spikeloop/tensor";
import {
  exactCubaLif,
  neuronFromNir,
  neuronToNir,
  type NirCubaLIF,
  type NirIF,
  type NirLIF,
} from "../mod.ts";

const units = 3;
const x = (...values: number[]) => values.length === 1 ? full([units], values[0]) : tensor(values);
const dt = 0.001;
const T = 60;
const input = uniform(key(0), [T, 1, units], { max: 3 });

const nodes: Record<string, NirIF | NirLIF | NirCubaLIF> = {
  "IF": { type: "IF", r: x(30), vThreshold: x(1) },
  "LIF": { type: "LIF", tau: x(0.01), r: x(2), vLeak: x(0), vThreshold: x(1), vReset: x(-0.25) },
  "LIF with units that differ": {
    type: "LIF",
    tau: x(0.01, 0.02, 0.04),
    r: x(2, 3, 5),
    vLeak: x(0.5, 0, -0.5),
    vThreshold: x(1, 1.5, 1),
    vReset: x(0.5, 0, -0.5),
  },
  "CubaLIF": {
    type: "CubaLIF",
    tauMem: x(0.02),
    tauSyn: x(0.005),
    r: x(2),
    vLeak: x(0.125),
    vThreshold: x(1),
    vReset: x(0.125),
    wIn: x(1, 2, 3),
  },
};

/** NIR's equations by forward Euler in doubles: spikes, and the membrane after each step. */
function simulate(node: NirIF | NirLIF | NirCubaLIF, unit: number) {
  const at = (x: Tensor | undefined, fallback: number) => x?.dataSync()[unit] ?? fallback;
  const r = at(node.r, 0);
  const [threshold, reset] = [at(node.vThreshold, 0), at(node.vReset, 0)];
  let [v, i] = [reset, 0];
  return Array.from({ length: T }, (_, t) => {
    const s = input.dataSync()[t * units + unit];
    if (node.type === "IF") v += dt * r * s;
    else {
      const isLif = node.type === "LIF";
      if (!isLif) i += dt / at(node.tauSyn, 0) * (at(node.wIn, 1) * s - i);
      const tau = at(isLif ? node.tau : node.tauMem, 0);
      v += dt / tau * (at(node.vLeak, 0) - v + r * (isLif ? s : i));
    }
    const before = v;
    if (v > threshold) v = reset;
    return { spike: before > threshold ? 1 : 0, v };
  });
}

for (const [name, node] of Object.entries(nodes)) {
  Deno.test(`${name} of NIR, as a model of ours, follows NIR's equations step by step`, () => {
    const { model, units, params, perUnit, inputScale } = neuronFromNir(node, { dt });
    const population = plain(model, { units, params, learn: Object.keys(perUnit) });
    const start = { ...population.initialState(1) };
    const leak = node.type === "IF" ? [0, 0, 0] : node.vLeak.dataSync();
    const reset = node.vReset?.dataSync() ?? [0, 0, 0];
    const v = tensor([Array.from({ length: units }, (_, i) => reset[i] - leak[i])]);
    const { trace, spikes } = population.trace(perUnit, { ...start, v }, mul(input, inputScale));
    let fired = 0;
    for (let unit = 0; unit < units; unit++) {
      simulate(node, unit).forEach((want, t) => {
        const at = t * units + unit;
        assertEquals(spikes.dataSync()[at], want.spike, `unit ${unit} at step ${t}`);
        assertAlmostEquals(trace.v.dataSync()[at] + leak[unit], want.v, 1e-4);
        fired += want.spike;
      });
    }
    assertLess(3, fired);
  });
}

Deno.test('"exact" is the solution of the differential equation at the end of a step', () => {
  const node: NirLIF = { type: "LIF", tau: x(0.004), r: x(2), vLeak: x(0.5), vThreshold: x(10) };
  const { params, inputScale } = neuronFromNir(node, { dt, method: "exact" });
  assertAlmostEquals(params.vDecay, Math.exp(-0.25), 1e-7);
  const population = plain(lif, { units, params });
  const { trace } = population.trace({}, population.initialState(1), mul(input, inputScale));
  let v = 0; // where vReset is
  for (let t = 0; t < 20; t++) {
    const target = 0.5 + 2 * input.dataSync()[t * units];
    for (let i = 0; i < 10_000; i++) v += dt / 10_000 / 0.004 * (target - v);
    assertAlmostEquals(trace.v.dataSync()[t * units] + 0.5, v, 1e-4);
  }
});

/** The state of CubaLIF after `steps` steps of dt, by 2,000 steps of Heun's method for each. */
function solve(node: NirCubaLIF, inputs: ArrayLike<number>) {
  const at = (x: Tensor | undefined) => x?.dataSync()[0] ?? 1;
  const [tauSyn, tauMem, r] = [at(node.tauSyn), at(node.tauMem), at(node.r)];
  const [vLeak, wIn] = [at(node.vLeak), at(node.wIn)];
  const n = 2000;
  let [i, v] = [0, 0]; // where vReset is
  return Array.from(inputs, (s) => {
    for (let k = 0; k < n; k++) {
      const slope = (
        i: number,
        v: number,
      ) => [(wIn * s - i) / tauSyn, (vLeak - v + r * i) / tauMem];
      const h = dt / n;
      const [di, dv] = slope(i, v);
      const [ei, ev] = slope(i + h * di, v + h * dv);
      i += h / 2 * (di + ei);
      v += h / 2 * (dv + ev);
    }
    return { i, v };
  });
}

Deno.test("CubaLIF by the exact method follows both of its equations, whatever its constants", () => {
  const constants = [
    { tauSyn: 0.005, tauMem: 0.02, r: 1, vLeak: 0, wIn: 1 },
    { tauSyn: 0.02, tauMem: 0.005, r: 2, vLeak: 0.5, wIn: 3 },
    { tauSyn: 0.01, tauMem: 0.01, r: 0.5, vLeak: -0.5, wIn: -2 }, // a removable singularity
    { tauSyn: 0.01, tauMem: 0.010001, r: 5, vLeak: 0, wIn: 1 },
    { tauSyn: 0.0002, tauMem: 0.003, r: 1, vLeak: 0.25, wIn: 1 },
    { tauSyn: 0.5, tauMem: 0.0001, r: 1, vLeak: 0, wIn: 10 },
    { tauSyn: 20, tauMem: 30, r: 1, vLeak: 0, wIn: 1000 },
  ];
  const inputs = input.dataSync().slice(0, 20);
  for (const { tauSyn, tauMem, r, vLeak, wIn } of constants) {
    const one = (value: number) => tensor([value]);
    const node: NirCubaLIF = {
      type: "CubaLIF",
      ...{ tauSyn: one(tauSyn), tauMem: one(tauMem), r: one(r), vLeak: one(vLeak), wIn: one(wIn) },
      ...{ vThreshold: one(1e6) },
    };
    const { model, params, inputScale } = neuronFromNir(node, { dt, method: "exact" });
    const population = plain(model, { units: 1, params });
    const current = mul(tensor(inputs, [20, 1, 1]), inputScale);
    const { trace } = population.trace({}, population.initialState(1), current);
    const [v, c] = [trace.v.dataSync(), trace.c.dataSync()];
    solve(node, inputs).forEach((want, t) => {
      assertAlmostEquals(c[t], want.i, 1e-5 * (1 + Math.abs(want.i)));
      assertAlmostEquals(v[t] + vLeak, want.v, 1e-5 * (1 + Math.abs(want.v)));
    });
  }
});

Deno.test("CubaLIF by the exact method is right to six digits, long and short steps alike", () => {
  // By τₘ = 2, τₛ = 1: v = 1 - 2·exp(-t/2) + exp(-t) for an input of 1 from rest.
  for (const [dt, steps] of [[1e-3, 2000], [0.5, 4], [2, 1], [100, 1]]) {
    const one = (value: number) => tensor([value]);
    const node: NirCubaLIF = {
      type: "CubaLIF",
      ...{ tauSyn: one(1), tauMem: one(2), r: one(1), vLeak: one(0), vThreshold: one(10) },
    };
    const { model, params, inputScale } = neuronFromNir(node, { dt, method: "exact" });
    const population = plain(model, { units: 1, params });
    const current = mul(full([steps, 1, 1], 1), inputScale);
    const { trace } = population.trace({}, population.initialState(1), current);
    const t = dt * steps;
    const want = 1 - 2 * Math.exp(-t / 2) + Math.exp(-t);
    assertAlmostEquals(trace.v.dataSync()[steps - 1], want, 3e-5);
  }
});

Deno.test("a model becomes a node, and that node the model again", () => {
  const cases: [Neuron, Record<string, number | Tensor>][] = [
    [integrateAndFire, { vThreshold: 0.7, vReset: -0.2 }],
    [lif, { vDecay: 0.9, vThreshold: 0.7, vReset: 0.1 }],
    [cubaLif, {}],
    [cubaLif, { vDecay: x(0.5, 0.6, 0.7), cDecay: tensor(0.25), vThreshold: 2 }],
  ];
  const decays = { cDecay: 0.25, vDecay: 0.5 };
  const exact = neuronFromNir(
    {
      type: "CubaLIF",
      ...{ tauMem: x(0.01 / Math.LN2), tauSyn: x(0.005 / Math.LN2) },
      ...{ r: x(3), vLeak: x(0), vThreshold: x(1), wIn: x(0.5) },
    },
    { dt: 0.01, method: "exact" },
  );
  for (const [name, value] of Object.entries(decays)) {
    assertAlmostEquals(exact.params[name], value, 1e-6);
  }
  const equal = x(exact.params.currentGain, exact.params.currentGain, exact.params.currentGain);
  const exactCases: typeof cases = [
    ...cases.slice(0, 2),
    [exactCubaLif, exact.params],
    [exactCubaLif, { ...exact.params, currentGain: equal, vThreshold: x(1, 2, 3) }],
  ];
  for (const method of ["euler", "exact"] as const) {
    for (const [model, values] of method === "euler" ? cases : exactCases) {
      const node = neuronToNir(model, values, { units, dt: 0.01, method });
      const { params, perUnit, inputScale, ...back } = neuronFromNir(node, { dt: 0.01, method });
      assertEquals(back.model, model);
      inputScale.dataSync().forEach((scale) => assertAlmostEquals(scale, 1, 1e-5));
      for (const [name, fallback] of Object.entries(model.params)) {
        const want = values[name] ?? fallback;
        for (let unit = 0; unit < units; unit++) {
          const actual = perUnit[name]?.dataSync()[unit] ?? params[name];
          const value = typeof want === "number"
            ? want
            : (want as Tensor).dataSync()[(want as Tensor).size === 1 ? 0 : unit];
          assertAlmostEquals(actual, value, 1e-5, `${model.name} ${name}`);
        }
      }
    }
  }
  const node = neuronToNir(lif, { vDecay: 0 }, { units, dt });
  assertEquals(neuronFromNir(node, { dt }).params.vDecay, 0);
});

Deno.test("neurons without a counterpart, and wrong options, are refused by name", () => {
  const node = nodes.LIF as NirLIF;
  const wrong = (kind: typeof TypeError | typeof RangeError, problem: string, f: () => unknown) =>
    assertThrows(f, kind, problem);
  wrong(RangeError, "dt is 0", () => neuronFromNir(node, { dt: 0 }));
  wrong(TypeError, "dt is missing", () => neuronFromNir(node, {} as { dt: number }));
  wrong(
    TypeError,
    "its vLeak is missing",
    () => neuronFromNir({ ...node, vLeak: undefined } as unknown as NirLIF, { dt }),
  );
  wrong(RangeError, "dt is NaN", () => neuronFromNir(node, { dt: NaN }));
  wrong(RangeError, "a step of 0.02 is longer than tau", () => neuronFromNir(node, { dt: 0.02 }));
  wrong(RangeError, 'method is "rk4"', () => neuronFromNir(node, { dt, method: "rk4" as "euler" }));
  wrong(RangeError, "tau is 0", () => neuronFromNir({ ...node, tau: x(0) } as NirLIF, { dt }));
  wrong(
    TypeError,
    'of type "Affine"',
    () => neuronFromNir({ type: "Affine" } as unknown as NirLIF, { dt }),
  );
  wrong(
    TypeError,
    "differ in shape",
    () => neuronFromNir({ ...node, tau: tensor([1]) } as NirLIF, { dt }),
  );
  wrong(
    RangeError,
    "vReset is null: NIR has no soft reset",
    () => neuronToNir(lif, { vReset: null }, { units, dt }),
  );
  wrong(
    RangeError,
    "vDecay is 1, and no time constant",
    () => neuronToNir(lif, { vDecay: 1 }, { units, dt }),
  );
  const exact = { units, dt, method: "exact" } as const;
  wrong(
    RangeError,
    "cDecay is 0, and no",
    () => neuronToNir(exactCubaLif, { cDecay: 0 }, exact),
  );
  wrong(
    RangeError,
    'method is "exact", expected "euler", by which cuba-lif solves CubaLIF',
    () => neuronToNir(cubaLif, {}, exact),
  );
  wrong(
    RangeError,
    'method is "euler", expected "exact", by which exact-cuba-lif solves CubaLIF',
    () => neuronToNir(exactCubaLif, {}, { units, dt }),
  );
  wrong(
    RangeError,
    "inputGain is 7, expected ",
    () => neuronToNir(exactCubaLif, { inputGain: 7 }, exact),
  );
  const nameless = (model: unknown) => () => neuronToNir(model as Neuron, {}, { units, dt });
  wrong(TypeError, "it is undefined, expected lif", nameless(undefined));
  wrong(TypeError, "it is a record, expected lif", nameless({ name: Object.create(null) }));
  wrong(RangeError, "tau is Infinity", () => neuronFromNir({ ...node, tau: x(Infinity) }, { dt }));
  wrong(RangeError, "dt is 1e-60", () => neuronFromNir(node, { dt: 1e-60 }));
  wrong(RangeError, "units is 0", () => neuronToNir(lif, {}, { units: 0, dt }));
  wrong(TypeError, 'it is "tau-lif"', () => neuronToNir(tauLif, {}, { units, dt }));
  wrong(TypeError, '"leak"', () => neuronToNir(lif, { leak: x(1) }, { units, dt }));
  wrong(
    TypeError,
    "vDecay has shape [2]",
    () => neuronToNir(lif, { vDecay: tensor([0.5, 0.5]) }, { units, dt }),
  );
});
