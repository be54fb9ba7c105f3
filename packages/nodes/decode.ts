import { describeOption } from "@spikeloop/errors";
import { abs, greater, max, mean, min, type Tensor, where } from "@spikeloop/tensor";

import { stepOf } from "./run_loop.ts";

/**
 * How the membrane's course [T, N, D] becomes [N, D]: its last value, its largest, the one of largest magnitude, its
 * mean. `"last_mem"` and `"last-me"` are the reference's spellings of `"last-mem"`.
 */
export type MembraneDecode =
  | "last-mem"
  | "last_mem"
  | "last-me"
  | "max-mem"
  | "max-abs-mem"
  | "mean-mem";

const last = (vSeq: Tensor) => stepOf(vSeq, vSeq.shape[0] - 1);

const decodings: Readonly<Record<MembraneDecode, (vSeq: Tensor) => Tensor>> = {
  "last-mem": last,
  "last_mem": last,
  "last-me": last,
  "max-mem": (vSeq) => max(vSeq, 0),
  "max-abs-mem": (vSeq) => {
    const top = max(vSeq, 0);
    const bottom = min(vSeq, 0);
    return where(greater(abs(top), abs(bottom)), top, bottom);
  },
  "mean-mem": (vSeq) => mean(vSeq, 0),
};

/**
 * The function that decodes, by name; without a name, the course itself.
 *
 * @throws {TypeError} if there is no such decoding.
 */
export function decoding(node: string, name: unknown): (vSeq: Tensor) => Tensor {
  if (name === undefined || name === null) return (vSeq) => vSeq;
  if (typeof name === "string" && Object.hasOwn(decodings, name)) {
    return decodings[name as MembraneDecode];
  }
  throw new TypeError(
    `Cannot make ${node}: decode is ${
      describeOption(name)
    }, expected "last-mem", "max-mem", "max-abs-mem" ` +
      'or "mean-mem", or none for the whole course [T, N, D]',
  );
}
