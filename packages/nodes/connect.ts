import { input } from "@spikeloop/expr";
import { bindScan, type Lateral, type Tensor, zeros } from "@spikeloop/tensor";
import { defineScan, type ScanKernel } from "@spikeloop/backend";

const relays = new Map<boolean, ScanKernel>();

/** A unit that passes on what it gets: its lateral current is all that is wanted of it. */
function relay(binary: boolean): ScanKernel {
  const known = relays.get(binary);
  if (known !== undefined) return known;
  const out = input("x");
  const made = defineScan({ name: "relay", states: [], params: [], out, next: [], binary });
  relays.set(binary, made);
  return made;
}

/**
 * The function from spikes [N, D] to the current [N, D] that they send through a lateral connection: the same bits,
 * values and gradients, as in the kernels of the time loop.
 */
export function connect(lateral: Lateral): (spikes: Tensor) => Tensor {
  const units = lateral.bias.shape[0];
  const bind = (binary: boolean) => bindScan({ kernel: relay(binary), units, params: [], lateral });
  const bound = new Map<boolean, ReturnType<typeof bind>>();
  return (spikes) => {
    const run = bound.get(spikes.binary) ?? bind(spikes.binary);
    bound.set(spikes.binary, run);
    const silence = zeros(spikes.shape, { backend: spikes.backend });
    return run({ values: [], lateral: silence }, spikes).state.lateral ?? silence;
  };
}
