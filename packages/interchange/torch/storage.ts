import {
  fail,
  isCount,
  isKind,
  isSequence,
  showValue,
  type TorchStorage,
  type Value,
} from "./values.ts";

/** How numbers are stored. */
export interface Format {
  /** The name of their type in safetensors; undefined if this library has no counterpart. */
  readonly dtype: string | undefined;
  /** Bytes per number. */
  readonly width: number;
}

/** By width in bytes, the types of numbers in `torch` that have no counterpart. */
const foreign: readonly [width: number, names: string][] = [
  [16, "complex128"],
  [8, "complex64"],
  [4, "complex32 qint32"],
  [2, "bits16"],
  [
    1,
    "qint8 quint8 quint4x2 quint2x4 bits8 bits4x2 bits2x4 bits1x8 float4_e2m1fn_x2 " +
    "float8_e4m3fn float8_e4m3fnuz float8_e5m2 float8_e5m2fnuz float8_e8m0fnu " +
    "int1 int2 int3 int4 int5 int6 int7 uint1 uint2 uint3 uint4 uint5 uint6 uint7",
  ],
];

/** The types of numbers by their names, which are `torch.float32` and so on. */
export const formats: ReadonlyMap<string, Format> = new Map<string, Format>([
  ["torch.float64", { dtype: "F64", width: 8 }],
  ["torch.float32", { dtype: "F32", width: 4 }],
  ["torch.float16", { dtype: "F16", width: 2 }],
  ["torch.bfloat16", { dtype: "BF16", width: 2 }],
  ["torch.int64", { dtype: "I64", width: 8 }],
  ["torch.int32", { dtype: "I32", width: 4 }],
  ["torch.int16", { dtype: "I16", width: 2 }],
  ["torch.int8", { dtype: "I8", width: 1 }],
  ["torch.uint64", { dtype: "U64", width: 8 }],
  ["torch.uint32", { dtype: "U32", width: 4 }],
  ["torch.uint16", { dtype: "U16", width: 2 }],
  ["torch.uint8", { dtype: "U8", width: 1 }],
  ["torch.bool", { dtype: "BOOL", width: 1 }],
  ...foreign.flatMap(([width, names]) =>
    names.split(" ").map((name): [string, Format] => [`torch.${name}`, { dtype: undefined, width }])
  ),
]);

/** The class of a storage of bytes, whose tensors say their type themselves. */
export const untypedStorage = "torch.storage.UntypedStorage";

const classes: Readonly<Record<string, string>> = {
  Double: "float64",
  Float: "float32",
  Half: "float16",
  BFloat16: "bfloat16",
  Long: "int64",
  Int: "int32",
  Short: "int16",
  Char: "int8",
  Byte: "uint8",
  Bool: "bool",
  ComplexDouble: "complex128",
  ComplexFloat: "complex64",
  QInt32: "qint32",
  QInt8: "qint8",
  QUInt8: "quint8",
  QUInt4x2: "quint4x2",
  QUInt2x4: "quint2x4",
};

/** The classes of storages by their names. Files of GPUs have had names of their own. */
export const storageFormats: ReadonlyMap<string, Format> = new Map([
  [untypedStorage, { dtype: undefined, width: 1 }],
  ...Object.entries(classes).flatMap(([name, type]) => {
    const format = formats.get(`torch.${type}`) as Format;
    return [`torch.${name}Storage`, `torch.cuda.${name}Storage`].map((
      path,
    ): [string, Format] => [path, format]);
  }),
]);

/**
 * The storage of a persistent id: ("storage", class, key, device, size), and in old files a view:
 * (key, offset, size).
 */
export function findStorage(id: Value): TorchStorage {
  if (!isSequence(id) || id[0] !== "storage") {
    return fail(`it refers to ${showValue(id)} outside of it, expected a storage`);
  }
  const [, type, key, device, size, view] = id;
  const format = isKind(type, "global") ? storageFormats.get(type.name) : undefined;
  if (
    !isKind(type, "global") || format === undefined || typeof key !== "string" ||
    typeof device !== "string" || !isCount(size) || id.length > 6
  ) {
    return fail(`it refers to a storage as ${showValue(id)}`);
  }
  const storage = { kind: "storage", type: type.name, key, ...format, size } as const;
  if (view === undefined || view === null) return { ...storage, begin: 0, end: size };
  const [begin, length] = isSequence(view) && view.length === 3 ? view.slice(1) : [];
  if (!isCount(begin) || !isCount(length) || begin + length > size) {
    return fail(`the view ${showValue(view)} reaches beyond its storage of length ${size}`);
  }
  return { ...storage, begin, end: begin + length };
}
