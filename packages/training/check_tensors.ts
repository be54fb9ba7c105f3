import { describeOption, fail } from "@spikeloop/errors";
import { sameShape, showShape } from "@spikeloop/backend";
import { Tensor } from "@spikeloop/tensor";
import { takeParts } from "./take_parts.ts";

/** The fault of a value that is to be a tensor of a shape; undefined if it is one. */
export function shapeFault(x: unknown, shape: readonly number[]): string | undefined {
  if (!(x instanceof Tensor)) return `is ${describeOption(x)}, expected ${showShape(shape)}`;
  if (sameShape(x.shape, shape)) return undefined;
  return `has shape ${showShape(x.shape)}, expected ${showShape(shape)}`;
}

/**
 * Checks a record of tensors: every name of `shapes`, in its shape, and no other name.
 *
 * @param noun The word for a tensor in messages, such as `parameter`.
 * @throws {TypeError} if the record is anything else.
 */
export function checkTensors(
  action: string,
  value: unknown,
  shapes: Readonly<Record<string, readonly number[]>>,
  noun: string,
): void {
  const record = takeParts(action, value, Object.keys(shapes), noun);
  for (const name in shapes) { // which allocates nothing
    const fault = shapeFault(record[name], shapes[name]);
    if (fault !== undefined) fail(action, `${noun} "${name}" ${fault}`);
  }
}
