// The forms of instructions: how many operands they take, and what follows the operation's number.
import { type Code, unsigned } from "../code.ts";

/** An instruction with one operand. */
export type One = (a: Code) => Code;
/** An instruction with two operands. */
export type Two = (a: Code, b: Code) => Code;
/** An instruction that reads memory at an address plus a constant offset in bytes. */
export type Load = (address: Code, offset?: number) => Code;
/** An instruction that writes memory at an address plus a constant offset in bytes. */
export type Store = (address: Code, value: Code, offset?: number) => Code;
/** An instruction that gives one lane of a vector. */
export type ExtractLane = (a: Code, lane: number) => Code;
/** An instruction that gives a vector with another value in one lane. */
export type ReplaceLane = (a: Code, value: Code, lane: number) => Code;
/** An instruction that reads or writes one lane of a vector in memory; reading gives the vector. */
export type MemoryLane = (address: Code, value: Code, lane: number, offset?: number) => Code;
/** Instructions of one form, by name. */
export type Group<Form, Names extends string> = Readonly<Record<Names, Form>>;

/** The bytes of an operation of the SIMD family. */
export const simd = (op: number): readonly number[] => [0xfd, ...unsigned(op)];

/** An instruction with one operand. */
export const one = (...op: readonly number[]): One => (a) => [...a, ...op];
/** An instruction with two operands. */
export const two = (...op: readonly number[]): Two => (a, b) => [...a, ...b, ...op];
/** A SIMD instruction with one operand. */
export const one128 = (op: number): One => one(...simd(op));
/** A SIMD instruction with two operands. */
export const two128 = (op: number): Two => two(...simd(op));

/** A load. `align` is the base-2 logarithm of the alignment that it hints at; any address works. */
export const load = (align: number, ...op: readonly number[]): Load => (address, offset = 0) => [
  ...address,
  ...op,
  align,
  ...unsigned(offset),
];

/** A store, with the same hint. */
export const store =
  (align: number, ...op: readonly number[]): Store => (address, value, offset = 0) => [
    ...address,
    ...value,
    ...op,
    align,
    ...unsigned(offset),
  ];

/** A SIMD instruction that gives a lane. */
export const extractLane = (op: number): ExtractLane => (a, lane) => [...a, ...simd(op), lane];

/** A SIMD instruction that replaces a lane. */
export const replaceLane = (op: number): ReplaceLane => (a, value, lane) => [
  ...a,
  ...value,
  ...simd(op),
  lane,
];

/** A SIMD instruction on a lane in memory. */
export const memoryLane =
  (align: number, op: number): MemoryLane => (address, value, lane, offset = 0) => [
    ...address,
    ...value,
    ...simd(op),
    align,
    ...unsigned(offset),
    lane,
  ];
