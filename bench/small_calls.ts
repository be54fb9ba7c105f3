// The calls of user programs at a few rows, where JavaScript costs more than the kernels do: a
// training step's gradient of an ordinary loss, a forward pass and a step.
import type { Tensors } from "@spikeloop/functional";
import { key, uniform } from "@spikeloop/random";
import { mul, sum, valueAndGrad } from "@spikeloop/tensor";
import { plainForward, plainForwardBackward, type PlainState, plainStep } from "./plain_scan.ts";
import { constants, extents, problem } from "./shapes.ts";

/** A call, and the plain loop that computes the same. */
export interface SmallCall {
  readonly name: string;
  readonly run: () => unknown;
  readonly plain: () => unknown;
}

const p = problem(extents(5, 1, 8, 10));
const { population, params, state, plain } = p;
const g = uniform(key(1), p.x.shape, { min: -1, max: 1 });
const gSpikes = g.dataSync();
const { weight, bias, x } = plain;

const gradient = valueAndGrad(({ x, ...params }: Tensors) =>
  sum(mul(population.multiStep(params, state, x)[1], g))
);

const units = population.units;
const step = population.bind(params);
const firstInput = uniform(key(2), [1, units], { min: -0.5, max: 0.5 });
const firstPlainInput = firstInput.dataSync();
const zeros = () => new Float32Array(units);
const plainState: PlainState = { c: zeros(), v: zeros(), lateral: zeros() };
let last = state;

/** The calls at T = 5, one row and 8 groups of 10 units. */
export const smallCalls: readonly SmallCall[] = [
  {
    name: "valueAndGrad of sum(mul(spikes, g))",
    run: () => gradient({ ...params, x: p.x }),
    plain: () => plainForwardBackward(p.extents, constants, weight, bias, x, gSpikes),
  },
  {
    name: "multiStep",
    run: () => population.multiStep(params, state, p.x),
    plain: () => plainForward(p.extents, constants, weight, bias, x),
  },
  {
    name: "step",
    run: () => [last] = step(last, firstInput),
    plain: () => {
      const spikes = zeros();
      plainStep(p.extents, constants, weight, bias, plainState, firstPlainInput, spikes, 0);
      return spikes;
    },
  },
];
