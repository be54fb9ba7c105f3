import {
  type CompleteBackend,
  defineScan,
  hostArray,
  type ScanArgs,
  type ScanKernel,
} from "@spikeloop/backend";
import { add, input, mul, spike, sub } from "@spikeloop/expr";

const threshold = 0.5;

/** CUBA-LIF whose surrogate slope is how far the membrane is over the threshold. */
function probe(): ScanKernel {
  const current = add(mul(input("c"), input("cDecay")), input("x"));
  const membrane = add(mul(input("v"), input("vDecay")), current);
  const over = sub(membrane, input("vThreshold"));
  const out = spike(over, over);
  return defineScan({
    name: "recomputation",
    states: ["c", "v"],
    params: ["cDecay", "vDecay", "vThreshold"],
    out,
    next: [current, mul(sub(1, out), membrane)],
    binary: true,
  });
}

const kernel = /* @__PURE__ */ probe();

/** Numbers in [-0.5, 0.5), the same everywhere. */
function numbers(length: number, seed: number): Float32Array {
  return Float32Array.from(
    { length },
    (_, i) => (Math.imul(i + 1, 2654435761) + Math.imul(seed, 40503) >>> 0) / 2 ** 32 - 0.5,
  );
}

/** How well a backward pass has computed the steps of a forward pass again. */
export interface Recomputation {
  /** Units whose membrane was compared, and those of them that spiked. */
  readonly units: number;
  readonly spikes: number;
  /** Units with another membrane, by any bit, and those of them that spiked in one pass alone. */
  readonly others: number;
  readonly flips: number;
}

/** The extents of the run of a comparison. */
export type RecomputationExtents = Pick<ScanArgs, "steps" | "batch" | "units" | "group">;

/**
 * Compares the membranes of the last step that a backward pass computes with those of the forward
 * pass. A bit that differs at any step shows up in the last: states go from step to step. The
 * gradient of x at the last step is the surrogate's slope there, which is the membrane itself.
 */
export async function compareRecomputation(
  gpu: CompleteBackend,
  { steps, batch, units, group }: RecomputationExtents,
): Promise<Recomputation> {
  const size = batch * units;
  gpu.openScope?.();
  const zeros = gpu.upload(new Float32Array(size));
  const args: ScanArgs = {
    ...{ steps, batch, units, group, delay: 1, noise: [], state: [zeros, zeros] },
    x: gpu.upload(numbers(steps * size, 1)),
    lateral: group > 0 ? zeros : undefined,
    weight: group > 0 ? gpu.upload(numbers(units * group, 2)) : undefined,
    bias: group > 0 ? gpu.upload(numbers(units, 3)) : undefined,
    params: [0.5, 0.75, threshold],
  };
  const forward = gpu.scan(kernel, args, []);
  const last = new Float32Array(steps * size).fill(1, (steps - 1) * size);
  const cotangents = {
    out: gpu.upload(last),
    state: [undefined, undefined],
    lateral: undefined,
  };
  const wants = { weights: false, params: ["none", "none", "none"], state: false } as const;
  const backward = gpu.scanBackward(kernel, args, forward.out, cotangents, wants);
  const reads = [forward.out, forward.state[1], backward.x].map((s) => gpu.read(s));
  gpu.closeScope?.([]);
  const [out, v, overs] = (await Promise.all(reads)).map(hostArray);
  const at = (steps - 1) * size;
  let [spikes, others, flips] = [0, 0, 0];
  for (let i = 0; i < size; i++) {
    const spiked = out[at + i] === 1;
    const over = overs[at + i];
    if (spiked) spikes++;
    // A reset hides the membrane of a unit that spiked.
    const isSame = spiked ? over >= 0 : over === Math.fround(v[i] - threshold);
    if (!isSame) others++;
    if (spiked !== over >= 0) flips++;
  }
  return { units: size, spikes, others, flips };
}

/** Workgroups with threads left over, and enough steps for every difference to grow. */
const extents: RecomputationExtents = { steps: 12, batch: 50, units: 20, group: 10 };

/** The verdict on every adapter, by its name. */
const verdicts = new Map<string, Promise<boolean>>();

/** Whether the backward passes of an adapter compute what its forward passes did: asked once. */
export function recomputesExactly(gpu: CompleteBackend, adapter: string): Promise<boolean> {
  let verdict = verdicts.get(adapter);
  if (verdict === undefined) {
    verdict = compareRecomputation(gpu, extents).then(({ others }) => others === 0);
    verdicts.set(adapter, verdict);
  }
  return verdict;
}
