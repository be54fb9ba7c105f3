import { add, type Lateral, reshape, slice, stack, type Tensor } from "@spikeloop/tensor";
import { connect } from "./connect.ts";

/** x[t], of a sequence. */
export function stepOf(xSeq: Tensor, t: number): Tensor {
  return reshape(slice(xSeq, t, t + 1), xSeq.shape.slice(1));
}

/**
 * T steps of units whose step is a function of tensors, one after another.
 *
 * @param step From x [N, D] and its part of every sequence of noise to what the units send out [N, D].
 */
export function runLoop(
  step: (x: Tensor, noise: readonly Tensor[]) => Tensor,
  xSeq: Tensor,
  noise: readonly Tensor[],
  lateral: Lateral | undefined,
): Tensor {
  const send = lateral && connect(lateral);
  const outs: Tensor[] = [];
  let current: Tensor | undefined;
  for (let t = 0; t < xSeq.shape[0]; t++) {
    const x = stepOf(xSeq, t);
    const out = step(current ? add(x, current) : x, noise.map((n) => stepOf(n, t)));
    outs.push(out);
    if (t + 1 < xSeq.shape[0]) current = send?.(out);
  }
  return stack(outs);
}
