import type { Budget } from "../budget.ts";
import { type Fail, failReading, show } from "../reading.ts";

/** A value without parts. */
export type Scalar = null | boolean | number | bigint | string;

/**
 * A value of a pickle. A list is an array, a tuple is a frozen one, and integers beyond 2⁵³ are
 * bigints.
 */
export type Value = Scalar | readonly Value[] | Dictionary | PythonObject;

/** A dictionary of Python. */
export type Dictionary = Map<Key, Value>;

/** A key of a dictionary; a tuple is a `TextKey`. */
export type Key = Scalar | PythonObject;

/** A value that is neither a scalar nor a list, a tuple or a dictionary. */
export type PythonObject = Global | TorchStorage | TorchTensor | PythonSet | TextKey | Opaque;

/** A Python object that a pickle may name. */
export interface Global {
  readonly kind: "global";
  /** Its module and name. */
  readonly name: string;
  /** Calls it; missing if it cannot be called. */
  readonly call?: (args: readonly Value[], budget: Budget) => Value;
}

/** Numbers of the file. */
export interface TorchStorage {
  readonly kind: "storage";
  /** The name of the numbers in the file. */
  readonly key: string;
  /** The name of its class. */
  readonly type: string;
  /** The name of the numbers' type, as in safetensors; undefined if there is none. */
  readonly dtype: string | undefined;
  /** Bytes per number. */
  readonly width: number;
  /** How many numbers the file has under the key. */
  readonly size: number;
  /** The first of them that belongs to this storage. */
  readonly begin: number;
  /** The one after the last that belongs to it. */
  readonly end: number;
}

/** A view of a storage. */
export interface TorchTensor {
  readonly kind: "tensor";
  /** The storage with the numbers. */
  readonly storage: TorchStorage;
  /** The name of their type for messages. */
  readonly type: string;
  /** The name of their type, as in safetensors; undefined if there is none. */
  readonly dtype: string | undefined;
  /** The index of the first number, counted in numbers from the start of the file's numbers. */
  readonly offset: number;
  /** The extents. */
  readonly shape: readonly number[];
  /** The distance between neighbours along each axis. */
  readonly strides: readonly number[];
  /** Whether the tensor is the negative of the numbers. */
  readonly isNegated: boolean;
}

/** A set of Python. */
export interface PythonSet {
  readonly kind: "set";
  /** Its items, in the order of the file. */
  readonly items: Value[];
  /** Whether it may be a key. */
  readonly isFrozen: boolean;
}

/** A number or a tuple as a key. In a dictionary, equal ones are one object. */
export interface TextKey {
  readonly kind: "text key";
  /** As Python writes it. */
  readonly text: string;
}

/** A value that has no counterpart here. */
export interface Opaque {
  readonly kind: "opaque";
  /** Its kind in words: `a complex number`. */
  readonly what: string;
}

/** Throws an error about the file. */
export const fail: Fail = failReading("the PyTorch file");

/** The value without a counterpart of a kind: `a complex number`. */
export function opaque(what: string): Opaque {
  return { kind: "opaque", what };
}

/** A value as messages show it. */
export function showValue(value: Value | undefined): string {
  return show(value, (object: PythonObject) => {
    if (object.kind === "global") return object.name;
    if (object.kind === "opaque") return object.what;
    return object.kind === "text key" ? object.text : `a ${object.kind}`;
  });
}

/** Whether a value is a list or a tuple. */
export function isSequence(value: Value | undefined): value is readonly Value[] {
  return Array.isArray(value);
}

/** Whether a value is a tuple. */
export function isTuple(value: Value | undefined): value is readonly Value[] {
  return Array.isArray(value) && Object.isFrozen(value);
}

/** Whether a value is an object of one kind. */
export function isKind<K extends PythonObject["kind"]>(
  value: Value | undefined,
  kind: K,
): value is Extract<PythonObject, { kind: K }> {
  return typeof value === "object" && value !== null && (value as PythonObject).kind === kind;
}

/** Whether a value is an integer of at least 0. */
export function isCount(value: Value | undefined): value is number {
  return typeof value === "number" && Number.isSafeInteger(value) && value >= 0;
}
