import { checkOptions, describeOption, fail } from "@spikeloop/errors";
import { sameShape, showShape } from "@spikeloop/backend";
import { Tensor } from "@spikeloop/tensor";

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
  checkOptions(action, value, Object.keys(shapes), noun);
  const record = value as Readonly<Record<string, unknown>>;
  for (const name in shapes) { // which allocates nothing
    const [x, shape] = [record[name], shapes[name]];
    if (x instanceof Tensor && sameShape(x.shape, shape)) continue;
    const found = x instanceof Tensor
      ? `has shape ${showShape(x.shape)}`
      : `is ${describeOption(x)}`;
    fail(action, `${noun} "${name}" ${found}, expected ${showShape(shape)}`);
  }
}
