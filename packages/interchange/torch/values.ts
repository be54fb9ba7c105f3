/** What a pickle holds. Lists and tuples are arrays, integers beyond 2⁵³ are bigints. */
export type Value =
  | null
  | boolean
  | number
  | bigint
  | string
  | Value[]
  | Map<string | number, Value>
  | Global
  | Storage
  | StoredTensor;

/** A Python object that a pickle may name. */
export interface Global {
  /** Its module and name. */
  readonly global: string;
  /** What calling it gives; missing where it cannot be called. */
  readonly call?: (args: readonly Value[]) => Value;
}

/** Numbers in the file. */
export interface Storage {
  /** Under which the file holds them. */
  readonly key: string;
  /** The name of their type, as in safetensors. */
  readonly dtype: string;
  /** How many the file holds. */
  readonly size: number;
  /** Which of them are this storage's. */
  readonly begin: number;
  /** Where these end. */
  readonly end: number;
}

/** A view of a storage. */
export interface StoredTensor {
  /** Where the numbers lie. */
  readonly storage: Storage;
  /** Which of the storage's numbers is the first. */
  readonly offset: number;
  /** The extents. */
  readonly shape: readonly number[];
  /** How far apart neighbours along each axis lie. */
  readonly strides: readonly number[];
}

/** Whether a value is a tensor. */
export function isStoredTensor(value: Value): value is StoredTensor {
  return isRecord(value) && "storage" in value;
}

/** Whether a value is a storage. */
export function isStorage(value: Value): value is Storage {
  return isRecord(value) && "key" in value;
}

/** Whether a value is a Python object by name. */
export function isGlobal(value: Value): value is Global {
  return isRecord(value) && "global" in value;
}

function isRecord(value: Value): value is Global | Storage | StoredTensor {
  return typeof value === "object" && value !== null && !Array.isArray(value) &&
    !(value instanceof Map);
}

/** Whether a value is an integer of at least 0. */
export function isCount(value: Value): value is number {
  return typeof value === "number" && Number.isSafeInteger(value) && value >= 0;
}
