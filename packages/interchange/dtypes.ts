/** How numbers of one type are stored. */
export interface Dtype {
  /** Bytes per number. */
  readonly bytes: number;
  /** The number at a byte. */
  read(view: DataView, at: number): number;
  /** Not every number of it is a float32. */
  readonly wide?: true;
}

/** The float32 value of IEEE half precision bits. */
function fromHalf(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 31) return fraction === 0 ? sign * Infinity : NaN;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

const words = new DataView(new ArrayBuffer(4));

/** The float32 value of the upper half of a float32. */
function fromBfloat(bits: number): number {
  words.setUint32(0, bits << 16);
  return words.getFloat32(0);
}

/** What a safetensors file may hold; all of it becomes float32. */
export const dtypes: Readonly<Record<string, Dtype>> = {
  F64: { bytes: 8, read: (v, at) => v.getFloat64(at, true) },
  F32: { bytes: 4, read: (v, at) => v.getFloat32(at, true) },
  F16: { bytes: 2, read: (v, at) => fromHalf(v.getUint16(at, true)) },
  BF16: { bytes: 2, read: (v, at) => fromBfloat(v.getUint16(at, true)) },
  I64: { bytes: 8, read: (v, at) => Number(v.getBigInt64(at, true)), wide: true },
  U64: { bytes: 8, read: (v, at) => Number(v.getBigUint64(at, true)), wide: true },
  I32: { bytes: 4, read: (v, at) => v.getInt32(at, true), wide: true },
  U32: { bytes: 4, read: (v, at) => v.getUint32(at, true), wide: true },
  I16: { bytes: 2, read: (v, at) => v.getInt16(at, true) },
  U16: { bytes: 2, read: (v, at) => v.getUint16(at, true) },
  I8: { bytes: 1, read: (v, at) => v.getInt8(at) },
  U8: { bytes: 1, read: (v, at) => v.getUint8(at) },
  BOOL: { bytes: 1, read: (v, at) => v.getUint8(at) === 0 ? 0 : 1 },
};
