import { bfloatValue, halfValue } from "./half.ts";
import type { Fail } from "./reading.ts";

/** How files store the numbers of one type, little-endian. */
export interface Dtype {
  /** Bytes per number. */
  readonly bytes: number;
  /** The number at a byte; NaN for an integer that a double cannot hold exactly. */
  read(view: DataView, at: number): number;
  /** Numbers of this type are rounded to float32. A number of any other type must be a float32. */
  readonly rounds?: true;
}

/** An integer as a number; NaN if that would round it. */
function exact(value: bigint): number {
  const number = Number(value);
  return BigInt(number) === value ? number : NaN;
}

/**
 * The types that numbers in files may have, by their names in safetensors. All of them become
 * float32.
 */
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
 * Reads numbers as float32.
 *
 * @param dtype The name of the type of the numbers in `bytes`.
 * @param fail Throws an error that shows the number that float32 cannot hold.
 */
export function decodeNumbers(
  bytes: Uint8Array,
  dtype: string,
  fail: Fail,
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
    // The value is NaN, or it is no float32.
    if (!rounds) fail(`${showNumber(view, i * width, dtype)}, which float32 cannot hold exactly`);
    if (Number.isFinite(value) && !Number.isFinite(numbers[i])) {
      fail(`${value}, which is beyond float32`);
    }
  }
  return numbers;
}

/**
 * Reads numbers as doubles.
 *
 * @param fail Throws an error that shows the integer that a double cannot hold exactly.
 */
export function decodeDoubles(bytes: Uint8Array, dtype: string, fail: Fail): Float64Array {
  const { bytes: width, read, rounds } = dtypes[dtype];
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const numbers = new Float64Array(bytes.length / width);
  for (let i = 0; i < numbers.length; i++) {
    numbers[i] = read(view, i * width);
    if (!rounds && Number.isNaN(numbers[i])) {
      fail(`${showNumber(view, i * width, dtype)}, which no number holds exactly`);
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
