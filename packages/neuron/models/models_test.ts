import { assertEquals, assertLess, assertStrictEquals } from "@std/assert";
import { key, split, uniform } from "@spikeloop/random";
import { atan } from "@spikeloop/surrogate";
import { full, grad, mul, scan, sum, type Tensor, tensor } from "@spikeloop/tensor";
import { evaluator } from "@spikeloop/backend/evaluator";
import {
  cubaLif,
  defineNeuron,
  integrateAndFire,
  integrator,
  leakyIntegrator,
  lif,
  type Neuron,
  neuronKernel,
  type NeuronParams,
  noisy,
  noisyIntegrator,
  parametricLif,
  parametricLifRawInput,
  resolveParams,
  restOf,
  takeNeuron,
  tauLif,
  tauLifRawInput,
} from "../mod.ts";

const spiking = [
  integrateAndFire,
  lif,
  cubaLif,
  tauLif,
  tauLifRawInput,
  parametricLif,
  parametricLifRawInput,
];
Deno.test("the package's own models, which skip the checks of definitions, would pass them", () => {
  for (const model of [...spiking, integrator, leakyIntegrator, noisyIntegrator, noisy(lif)]) {
    assertStrictEquals(takeNeuron(model), model);
    defineNeuron(model as Neuron);
  }
});

const cases: readonly [Neuron, NeuronParams][] = [
  ...spiking.flatMap((
    m,
  ): [Neuron, NeuronParams][] => [[m, { vReset: 0.1 }], [m, { vReset: null }]]),
  [integrator, {}],
  [leakyIntegrator, { tau: 3 }],
  [noisyIntegrator, { sigma: 0.4 }],
  [noisy(cubaLif), { sigmaV: 0.3, sigmaS: 0.2 }],
];

const shape = [4, 2, 3];

type Inputs = {
  readonly x: Tensor;
  readonly states: readonly Tensor[];
  readonly params: readonly Tensor[];
};

/**
 * The output of a neuron for these inputs, as a scalar, with everything in the forward pass smooth.
 */
function lossOf(model: Neuron, params: NeuronParams) {
  const constants = resolveParams(model, params);
  const surrogate = atan({ spiking: false });
  const { kernel, numbers } = neuronKernel(model, {
    params: constants,
    surrogate,
    detachReset: false,
  });
  const backend = evaluator;
  const noise = split(key(3), kernel.noise.length).map((k) =>
    uniform(k, shape, { min: -1, backend })
  );
  const weights = uniform(key(4), shape, { min: -1, backend });
  const inputs: Inputs = {
    x: uniform(key(5), shape, { min: -0.5, max: 1, backend }),
    states: kernel.states.map((s) => full([2, 3], restOf(model, constants)[s] + 0.1, { backend })),
    params: kernel.params.slice(0, kernel.params.length - numbers.length)
      .map((p) => full([], constants[p] ?? 0, { backend })),
  };
  const loss = ({ x, states, params }: Inputs) => {
    const setting = { kernel, units: 3, params: [...params, ...numbers] };
    const { out } = scan(setting, { values: states }, x, { noise });
    return sum(mul(out, weights));
  };
  return { inputs, loss };
}

/** The derivative of `loss` by element `i` of a tensor, from four values of it. */
function slopeAt(loss: (x: Tensor) => Tensor, x: Tensor, i: number): number {
  const h = 0.02;
  const at = (step: number) => {
    const moved = x.dataSync();
    moved[i] += step;
    return loss(tensor(moved, x.shape, { backend: evaluator })).item();
  };
  return (at(-2 * h) - 8 * at(-h) + 8 * at(h) - at(2 * h)) / (12 * h);
}

function close(actual: number, expected: number, what: string): void {
  assertLess(Math.abs(actual - expected), 2e-4 * Math.max(1, Math.abs(expected)), what);
}

Deno.test("every model's gradients are those of finite differences", () => {
  for (const [model, params] of cases) {
    const { inputs, loss } = lossOf(model, params);
    const g = grad(loss)(inputs);
    const title = `${model.name} ${JSON.stringify(params)}`;
    g.x.dataSync().forEach((slope, i) =>
      close(slope, slopeAt((x) => loss({ ...inputs, x }), inputs.x, i), `${title} x[${i}]`)
    );
    for (const part of ["states", "params"] as const) {
      g[part].forEach((slopes, j) => {
        const moved = (t: Tensor) =>
          loss({ ...inputs, [part]: inputs[part].map((other, k) => k === j ? t : other) });
        slopes.dataSync().forEach((slope, i) =>
          close(slope, slopeAt(moved, inputs[part][j], i), `${title} ${part}[${j}][${i}]`)
        );
      });
    }
  }
});

Deno.test("units start at vReset, with soft reset and without one at 0", () => {
  for (const model of spiking) {
    assertEquals(restOf(model, { ...model.params, vReset: -0.2 }).v, -0.2);
    assertEquals(restOf(model, { ...model.params, vReset: null }).v, 0);
  }
});

Deno.test("noisy() keeps the model's own parameters and names", () => {
  const model = noisy(lif);
  assertEquals(Object.keys(model.params), [...Object.keys(lif.params), "sigmaV", "sigmaS"]);
  assertEquals(model.noise, ["noiseV", "noiseS"]);
  assertEquals(resolveParams(model, { vReset: null }).vReset, null);
});
