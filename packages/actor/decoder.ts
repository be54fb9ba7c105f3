import { add as addExpr } from "@spikeloop/expr";
import { plain, type Population } from "@spikeloop/functional";
import { defineNeuron, type Neuron } from "@spikeloop/neuron";
import {
  abs,
  add,
  less,
  max,
  mean,
  min,
  mul,
  reshape,
  sum,
  type Tensor,
  where,
} from "@spikeloop/tensor";
import type { DecodeMode } from "./options.ts";

/** v' = v + x, sent out as it is: a membrane that never fires. */
const integrator: Neuron = /* @__PURE__ */ defineNeuron({
  name: "read-out",
  rest: { v: 0 },
  params: {},
  charge: ({ v }, x) => ({ v: addExpr(v, x) }),
  emit: ({ v }) => v,
});

/** What the decoder learns: one vector of P weights [A, 1, P] and one bias [A] per number of the action. */
export interface DecoderParams {
  /** [A, 1, P]. */
  readonly weight: Tensor;
  /** [A]. */
  readonly bias: Tensor;
}

/** From spikes [T, N, A · P] to numbers [N, A]. */
export type Decoder = (params: DecoderParams, spikes: Tensor) => Tensor;

/** How a membrane's course [T, N, A] becomes one number. */
const readOuts: Readonly<
  Record<Exclude<DecodeMode, "last-mem" | "fr-mlp">, (course: Tensor) => Tensor>
> = {
  "max-mem": (v) => max(v, 0),
  "mean-mem": (v) => mean(v, 0),
  "max-abs-mem": (v) => {
    const [high, low] = [max(v, 0), min(v, 0)];
    // Ties take the minimum, as the reference does.
    return where(less(abs(low), abs(high)), high, low);
  },
};

/** A decoder for `actDim` populations of `decPopDim` units. */
export function makeDecoder(mode: DecodeMode, actDim: number, decPopDim: number): Decoder {
  const units: Population = plain(integrator, { units: actDim });
  // One product per population: its P spikes with its P weights.
  const weigh = ({ weight, bias }: DecoderParams, x: Tensor) =>
    add(sum(mul(x, reshape(weight, [actDim, decPopDim])), -1), bias);
  return (params, spikes) => {
    const [steps, batch] = spikes.shape;
    const grouped = reshape(spikes, [steps, batch, actDim, decPopDim]);
    if (mode === "fr-mlp") return weigh(params, mean(grouped, 0));
    const current = weigh(params, grouped);
    // The membrane after the last step is the sum of all currents.
    if (mode === "last-mem") return sum(current, 0);
    const state = units.initialState(batch, { backend: spikes.backend });
    return readOuts[mode](units.multiStep({}, state, current)[1]);
  };
}
