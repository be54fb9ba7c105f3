import { type Fail, failReading, show } from "../reading.ts";

/** A value of a pickle. Lists and tuples are arrays, integers beyond 2⁵³ are bigints. */
export type Value =
  | null
  | boolean
  | number
  | bigint
  | string
  | Value[]
  | Map<string | number, Value>
  | Global
  | TorchStorage
  | TorchTensor;

/** A Python object that a pickle may name. */
export interface Global {
  /** Its module and name. */
  readonly global: string;
  /** Calls it; missing if it cannot be called. */
  readonly call?: (args: readonly Value[]) => Value;
}

/** Numbers of the file. */
export interface TorchStorage {
  /** The name of the numbers in the file. */
  readonly key: string;
  /** The name of their type, as in safetensors. */
  readonly dtype: string;
  /** How many numbers the file has under the key. */
  readonly size: number;
  /** The first of them that belongs to this storage. */
  readonly begin: number;
  /** The one after the last that belongs to it. */
  readonly end: number;
}

/** A view of a storage. */
export interface TorchTensor {
  /** The storage with the numbers. */
  readonly storage: TorchStorage;
  /** The place of the first number in the storage. */
  readonly offset: number;
  /** The extents. */
  readonly shape: readonly number[];
  /** The distance between neighbours along each axis. */
  readonly strides: readonly number[];
}

/** Throws an error about the file. */
export const fail: Fail = failReading("the PyTorch file");

/** A value as messages show it. */
export function showValue(value: Value | undefined): string {
  return show(
    value,
    (object: Global | TorchStorage | TorchTensor) =>
      "global" in object ? object.global : "storage" in object ? "a tensor" : "a storage",
  );
}

/** Whether a value is a tensor. */
export function isTensor(value: Value): value is TorchTensor {
  return isObject(value) && "storage" in value;
}

/** Whether a value is a storage. */
export function isStorage(value: Value): value is TorchStorage {
  return isObject(value) && "key" in value;
}

/** Whether a value is a Python object by name. */
export function isGlobal(value: Value): value is Global {
  return isObject(value) && "global" in value;
}

function isObject(value: Value): value is Global | TorchStorage | TorchTensor {
  return typeof value === "object" && value !== null && !Array.isArray(value) &&
    !(value instanceof Map);
}

/** Whether a value is an integer of at least 0. */
export function isCount(value: Value): value is number {
  return typeof value === "number" && Number.isSafeInteger(value) && value >= 0;
}
