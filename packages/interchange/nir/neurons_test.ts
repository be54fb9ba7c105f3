import { assertAlmostEquals, assertEquals, assertLess, assertThrows } from "@std/assert";
import { plain } from "@spikeloop/functional";
import { cubaLif, integrateAndFire, lif, type Neuron, tauLif } from "@spikeloop/neuron";
import { key, uniform } from "@spikeloop/random";
import { full, mul, type Tensor, tensor } from "@spikeloop/tensor";
import { neuronFromNir, neuronToNir, type NirCubaLIF, type NirIF, type NirLIF } from "../mod.ts";

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

Deno.test("a model becomes a node, and that node the model again", () => {
  const cases: [Neuron, Record<string, number | Tensor>][] = [
    [integrateAndFire, { vThreshold: 0.7, vReset: -0.2 }],
    [lif, { vDecay: 0.9, vThreshold: 0.7, vReset: 0.1 }],
    [cubaLif, {}],
    [cubaLif, { vDecay: x(0.5, 0.6, 0.7), cDecay: tensor(0.25), vThreshold: 2 }],
  ];
  for (const method of ["euler", "exact"] as const) {
    for (const [model, values] of cases) {
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
  const node = nodes.LIF;
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
  wrong(
    RangeError,
    "cDecay is 0, and no",
    () => neuronToNir(cubaLif, { cDecay: 0 }, { units, dt, method: "exact" }),
  );
  wrong(RangeError, "units is 0", () => neuronToNir(lif, {}, { units: 0, dt }));
  wrong(TypeError, 'it is "tau-lif"', () => neuronToNir(tauLif, {}, { units, dt }));
  wrong(TypeError, '"leak"', () => neuronToNir(lif, { leak: x(1) }, { units, dt }));
  wrong(
    TypeError,
    "vDecay has shape [2]",
    () => neuronToNir(lif, { vDecay: tensor([0.5, 0.5]) }, { units, dt }),
  );
});
