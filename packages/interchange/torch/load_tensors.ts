import { type Tensor, tensor } from "@spikeloop/tensor";
import { type Budget, objectBytes } from "../budget.ts";
import { decodeNumbers, dtypes } from "../dtypes.ts";
import { quote, type Reading } from "../reading.ts";
import type { Archive } from "./archive.ts";
import type { TorchTensor } from "./values.ts";

/** The price of a tensor besides its numbers. */
const tensorBytes = 8 * objectBytes;
/** The most numbers of a tensor, and the largest extent. */
const mostNumbers = 2 ** 31;
/** The types whose numbers can be negated. PyTorch negates views of no others lazily. */
const signed = ["F64", "F32", "F16", "BF16"];

/** Why a tensor does not come along. */
type Reason = string;

/**
 * Returns a function that makes the tensor of a view, or says why there is none. A view with
 * several names is one tensor, and a storage is decoded once.
 */
export function makeLoader(
  { bytesOf }: Archive,
  budget: Budget,
  options: Reading["options"],
): (view: TorchTensor) => Tensor | Reason {
  const numbersByName = new Map<string, Float32Array<ArrayBuffer> | Reason>();
  const tensors = new Map<TorchTensor, Tensor | Reason>();

  const numbersOf = ({ storage }: TorchTensor, dtype: string) => {
    const name = `${dtype} ${storage.key}`;
    // Every view says a size of its storage, and each of them is checked.
    const bytes = bytesOf(storage);
    let numbers = numbersByName.get(name);
    if (numbers === undefined) {
      numbers = decode(bytes, dtype, budget);
      numbersByName.set(name, numbers);
    }
    return numbers;
  };
  const load = (view: TorchTensor): Tensor | Reason => {
    const { shape, dtype, type, isNegated } = view;
    if (dtype === undefined) {
      return `holds numbers of ${quote(type)}, which have no counterpart here`;
    }
    if (isNegated && !signed.includes(dtype)) {
      return `is lazily negated (neg), and its ${type} can't be negated`;
    }
    const size = shape.reduce((product, n) => product * n, 1);
    // A tensor of no numbers may have any extents. Tensors of this library have fewer numbers.
    if (shape.some((n) => n >= mostNumbers) || size > mostNumbers) {
      return `has the shape [${shape.join(", ")}], more than ${mostNumbers} numbers`;
    }
    const numbers = size === 0 ? new Float32Array(0) : numbersOf(view, dtype);
    if (typeof numbers === "string") return numbers;
    // The backend has a copy of its own.
    budget.spend(4 * size);
    return tensor(gather(numbers, view, size, budget), shape, options);
  };
  return (view) => {
    let x = tensors.get(view);
    if (x === undefined) {
      budget.spend(tensorBytes);
      x = load(view);
      tensors.set(view, x);
    }
    return x;
  };
}

/** The numbers of a storage as float32, or the reason why float32 cannot hold them. */
function decode(
  bytes: Uint8Array,
  dtype: string,
  budget: Budget,
): Float32Array<ArrayBuffer> | Reason {
  const width = dtypes[dtype].bytes;
  const count = Math.floor(bytes.length / width);
  budget.spend(4 * count);
  let reason: Reason | undefined;
  try {
    return decodeNumbers(bytes.subarray(0, count * width), dtype, (problem) => {
      reason = `holds ${problem}`;
      throw new SyntaxError(reason);
    });
  } catch (error) {
    if (reason === undefined) throw error;
    return reason;
  }
}

/** The numbers of a view, row-major. */
function gather(
  numbers: Float32Array,
  { offset, shape, strides, isNegated }: TorchTensor,
  size: number,
  budget: Budget,
): Float32Array {
  if (size === 0) return numbers;
  const contiguous = shape.every((n, axis) =>
    n === 1 || strides[axis] === shape.slice(axis + 1).reduce((product, m) => product * m, 1)
  );
  if (contiguous && !isNegated) return numbers.subarray(offset, offset + size);
  budget.spend(4 * size);
  const out = new Float32Array(size);
  // An axis of one number needs no step: there may be many. The last axis comes first.
  const axes = shape.map((extent, axis) => ({ extent, stride: strides[axis], index: 0 }))
    .filter(({ extent }) => extent > 1).reverse();
  for (let i = 0, at = offset; i < size; i++) {
    out[i] = isNegated ? -numbers[at] : numbers[at];
    for (const axis of axes) {
      at += axis.stride;
      if (++axis.index < axis.extent) break;
      at -= axis.index * axis.stride;
      axis.index = 0;
    }
  }
  return out;
}
