import { bfloatValue, halfValue } from "./half.ts";

/** How numbers of one type are stored, little-endian. */
export interface Dtype {
  /** Bytes per number. */
  readonly bytes: number;
  /** The number at a byte; NaN in the place of one that is not exact in a double. */
  read(view: DataView, at: number): number;
  /** Numbers are rounded to float32; of the other types every number must be one. */
  readonly rounds?: true;
}

/** An integer as a number, NaN where that would round. */
function exact(value: bigint): number {
  const number = Number(value);
  return BigInt(number) === value ? number : NaN;
}

/** The types of number that files may hold, by their names in safetensors; all of them become float32. */
export const dtypes: Readonly<Record<string, Dtype>> = {
  F64: { bytes: 8, read: (v, at) => v.getFloat64(at, true), rounds: true },
  F32: { bytes: 4, read: (v, at) => v.getFloat32(at, true), rounds: true },
  F16: { bytes: 2, read: (v, at) => halfValue(v.getUint16(at, true)), rounds: true },
  BF16: { bytes: 2, read: (v, at) => bfloatValue(v.getUint16(at, true)), rounds: true },
  I64: { bytes: 8, read: (v, at) => exact(v.getBigInt64(at, true)) },
  U64: { bytes: 8, read: (v, at) => exact(v.getBigUint64(at, true)) },
  I32: { bytes: 4, read: (v, at) => v.getInt32(at, true) },
  U32: { bytes: 4, read: (v, at) => v.getUint32(at, true) },
  I16: { bytes: 2, read: (v, at) => v.getInt16(at, true) },
  U16: { bytes: 2, read: (v, at) => v.getUint16(at, true) },
  I8: { bytes: 1, read: (v, at) => v.getInt8(at) },
  U8: { bytes: 1, read: (v, at) => v.getUint8(at) },
  BOOL: { bytes: 1, read: (v, at) => v.getUint8(at) > 1 ? NaN : v.getUint8(at) },
};

/**
 * The numbers of `bytes`, of the type named `dtype`, as float32.
 *
 * @param fail Throws the error that says what is wrong with a number.
 */
export function decodeNumbers(
  bytes: Uint8Array,
  dtype: string,
  fail: (problem: string) => never,
): Float32Array<ArrayBuffer> {
  const { bytes: width, read, rounds } = dtypes[dtype];
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const numbers = new Float32Array(bytes.length / width);
  if (dtype === "F32" && isLittleEndian()) {
    new Uint8Array(numbers.buffer).set(bytes);
    return numbers;
  }
  for (let i = 0; i < numbers.length; i++) {
    const value = read(view, i * width);
    numbers[i] = value;
    if (numbers[i] === value) continue;
    // Here value is NaN, or no float32.
    if (!rounds) fail(`${showNumber(view, i * width, dtype)}, which float32 cannot hold exactly`);
    if (Number.isFinite(value) && !Number.isFinite(numbers[i])) {
      fail(`${value}, which is beyond float32`);
    }
  }
  return numbers;
}

function showNumber(view: DataView, at: number, dtype: string): string {
  if (dtype === "I64") return `${view.getBigInt64(at, true)}`;
  if (dtype === "U64") return `${view.getBigUint64(at, true)}`;
  if (dtype === "BOOL") return `${view.getUint8(at)} as a BOOL`;
  return `${dtypes[dtype].read(view, at)}`;
}

/** Whether typed arrays of this machine have the byte order of files. */
export function isLittleEndian(): boolean {
  return new Uint8Array(Uint16Array.of(1).buffer)[0] === 1;
}
