import { type Backend, showShape } from "@spikeloop/backend";
import { describe, fail, isRecord, refuse } from "@spikeloop/errors";
import { isNumberArray, type NumberArray, Tensor, tensor, uploadTensor } from "@spikeloop/tensor";

/** One number or row per sample: a tensor [samples, ...], or a typed array of one number each. */
export type Column = Tensor | NumberArray;

/** Columns by name, such as inputs `x` and labels `y`, with as many samples each. */
export type DataSet = { readonly [name: string]: Column };

/** The columns of a data set as tensors. */
export type TensorSet<D extends DataSet> = { readonly [K in keyof D]: Tensor };

/** A data set after its check. */
export interface Columns<D extends DataSet> {
  /** The columns as tensors. */
  readonly tensors: TensorSet<D>;
  /** The number of samples. */
  readonly samples: number;
}

/**
 * Checks a data set. Its columns are where the first tensor on a device is, those on the CPU as
 * copies.
 *
 * @param name Its name in messages.
 * @param place The backend of all columns, if it is another one.
 * @throws {TypeError} if it is no record of tensors and typed arrays, or they differ in samples.
 */
export function takeDataSet<D extends DataSet>(
  action: string,
  name: string,
  data: D,
  place?: Backend,
): Columns<D> {
  if (!isRecord(data)) {
    refuse(action, name, data, "a record of tensors and typed arrays, such as { x, y }");
  }
  const tensors: Record<string, Tensor> = {};
  const backends = Object.values(data).flatMap((x) => x instanceof Tensor ? [x.backend] : []);
  const backend = place ?? backends.find(({ readSync }) => readSync === undefined) ?? backends[0];
  let first: string | undefined;
  for (const column of Object.keys(data)) {
    const value: unknown = data[column];
    if (!(value instanceof Tensor) && !isNumberArray(value)) {
      const expected = "expected a tensor or a typed array";
      fail(action, `${name}.${column} is ${describe(value)}, ${expected}`);
    }
    const x = value instanceof Tensor
      ? moved(value, backend)
      : tensor(value, undefined, { backend });
    if (x.shape.length === 0) {
      fail(action, `${name}.${column} has shape [], expected [samples, ...]`);
    }
    tensors[column] = x;
    first ??= column;
    const other = tensors[first];
    if (other.shape[0] !== x.shape[0]) {
      const shapes = `${name}.${first} has shape ${showShape(other.shape)} and ${name}.${column} ` +
        showShape(x.shape);
      fail(action, `${shapes}, expected as many samples`);
    }
  }
  if (first === undefined) fail(action, `${name} has no columns, expected some such as { x, y }`);
  return { tensors: tensors as TensorSet<D>, samples: tensors[first].shape[0] };
}

/** A tensor on the CPU as a copy on a device, every other one as it is. */
function moved(x: Tensor, backend: Backend | undefined): Tensor {
  const isThere = x.backend === backend || backend === undefined ||
    x.backend.readSync === undefined;
  return isThere ? x : uploadTensor(x.dataSync(), x.shape, { backend }, x.binary);
}
