// A small network, written by hand.
import { linear, type LinearParams, plain } from "@spikeloop/functional";
import { leakyIntegrator, lif } from "@spikeloop/neuron";
import { type Key, key, split, uniform } from "@spikeloop/random";
import { atan } from "@spikeloop/surrogate";
import { greater, sum, type Tensor } from "@spikeloop/tensor";
import type { Trainable } from "../trainable.ts";

/** The parameters of the network. */
export type NetworkParams = { readonly fc1: LinearParams; readonly fc2: LinearParams };

const [inputs, hidden, classes] = [4, 16, 2];
const fc1 = linear({ inFeatures: inputs, outFeatures: hidden });
const fc2 = linear({ inFeatures: hidden, outFeatures: classes });
const spiking = plain(lif, { units: hidden, surrogate: atan() });
const reading = plain(leakyIntegrator, { units: classes });

function run(params: NetworkParams, xSeq: Tensor) {
  const rows = xSeq.shape[1];
  const at = { backend: xSeq.backend };
  const first = fc1.apply(params.fc1, xSeq);
  const [, spikes] = spiking.multiStep({}, spiking.initialState(rows, at), first);
  const second = fc2.apply(params.fc2, spikes);
  const [state] = reading.multiStep({}, reading.initialState(rows, at), second);
  return { layers: { fc1: first, spiking: spikes, fc2: second, out: state.v }, y: state.v };
}

/** The network, which reads out the last membrane, [N, 2]. */
export const network: Trainable<NetworkParams, object> & { inspect: typeof inspect } = {
  init: (k: Key, at) => {
    const [a, b] = split(k);
    return { fc1: fc1.init(a, at), fc2: fc2.init(b, at) };
  },
  initialState: () => ({}),
  multiStep: (params, state, xSeq) => [state, run(params, xSeq).y],
  inspect,
};

function inspect(params: NetworkParams, _state: object, xSeq: Tensor) {
  return run(params, xSeq);
}

/** Points of a cube, [60, 4], whose class is the sign of their sum. */
export function points(): { readonly x: Tensor; readonly y: Tensor } {
  const x = uniform(key(5), [60, inputs], { min: -1, max: 1 });
  return { x, y: greater(sum(x, 1), 0) };
}
