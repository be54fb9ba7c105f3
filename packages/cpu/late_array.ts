// Arrays that gradients make and nobody sees. Their memory is used again (ADR 0027).
import type { Storage } from "@spikeloop/backend";
import { withRoom } from "./allocate.ts";
import { borrow, type Source, sources } from "./source.ts";
import { copy } from "./staging.ts";

/** Arrays of fewer numbers are not worth their bookkeeping. */
const worthwhile = 1 << 12;

/** Arrays of more numbers may not fit the memory, and fail where they are made. */
const most = 1 << 28;

/** Finds the memory that an array is computed from, and returns the function that computes it. */
export type Recipe = () => Source["load"];

/** The arrays that the open scopes have made. */
const live: LateArray[] = [];

/** How many of these were there when each scope was opened. */
const starts: number[] = [];

/** Memory that nobody reads any more, and the number of scopes since it was used. */
let free: { readonly buffer: ArrayBuffer; age: number }[] = [];

/** After so many scopes that did not need it, memory is left to the collector. */
const oldest = 8;

/** How many old arrays are being computed, one inside another, and how many the stack may hold. */
let nested = 0;
const mostNested = 64;

let fewest = worthwhile;
let onFree: ((numbers: Float32Array) => void) | undefined;

/** For tests: makes arrays of any length late, and calls `f` with memory that becomes free. */
export function watchFreed(f: ((numbers: Float32Array) => void) | undefined): void {
  onFree = f;
  fewest = f === undefined ? worthwhile : 1;
}

/** Whether an array of so many numbers may be made late. */
export function isLate(length: number): boolean {
  return starts.length > 0 && length >= fewest && length <= most;
}

/** Free memory of so many numbers. A loop asks for the same lengths each time. */
function takeFree(length: number): Float32Array<ArrayBuffer> | undefined {
  const found = free.findIndex(({ buffer }) => buffer.byteLength === 4 * length);
  return found < 0 ? undefined : new Float32Array(free.splice(found, 1)[0].buffer);
}

/**
 * Opens a scope, which collects the arrays that are made until it closes. Then their memory becomes
 * free, but for arrays that somebody else may hold (`hostArray`).
 */
export function openLate(): void {
  starts.push(live.length);
}

/** Closes the innermost scope, and returns whether it was the outermost. */
export function closeLate(): boolean {
  const start = starts.pop() ?? 0;
  if (free.length > 0) free = free.filter((memory) => ++memory.age <= oldest);
  for (let i = start; i < live.length; i++) live[i].forget();
  live.length = start;
  return starts.length === 0;
}

/** An array that is computed when it is read, and once more if its memory was used otherwise. */
export class LateArray implements Source {
  readonly length: number;
  #recipe: Recipe | undefined;
  #compute: Source["load"] | undefined;
  #numbers: Float32Array<ArrayBuffer> | undefined;
  #isRead = false;
  /** Its scope has closed: somebody has held on to it. */
  #isOld = false;

  /**
   * Makes an array of what computes it.
   *
   * @param numbers Its numbers, if they are computed already.
   */
  constructor(length: number, recipe: Recipe, numbers?: Float32Array<ArrayBuffer>) {
    sources.exist = true;
    this.length = length;
    this.#recipe = recipe;
    this.#numbers = numbers;
    live.push(this);
  }

  /** Its numbers, which stay from now on. */
  numbers(): Float32Array {
    const numbers = this.borrow();
    this.#recipe = undefined;
    return numbers;
  }

  /** Its numbers, to be read before the gradient ends. */
  borrow(): Float32Array {
    return this.#numbers ?? (this.#isOld ? this.#borrowOld() : this.#fill(takeFree(this.length)));
  }

  #fill(room: Float32Array<ArrayBuffer> | undefined): Float32Array {
    this.#prepare();
    const numbers = room ?? new Float32Array(this.length);
    this.load(0, this.length, numbers, 0);
    this.#compute = undefined;
    return this.#numbers = numbers;
  }

  /** Its numbers, computed once more to stay, after those of the old arrays that they depend on. */
  #borrowOld(): Float32Array {
    if (nested === mostNested) throw this;
    nested++;
    try {
      const open: LateArray[] = [this];
      while (true) {
        const last = open[open.length - 1];
        try {
          const numbers = last.#numbers ?? last.#fill(undefined);
          last.#recipe = undefined;
          if (last === this) return numbers;
          open.pop();
        } catch (error) {
          if (!(error instanceof LateArray)) throw error;
          open.push(error);
        }
      }
    } finally {
      nested--;
    }
  }

  /** This array, for the first reader, who computes it tile by tile; else its numbers. */
  source(): Source | Float32Array {
    if (this.#numbers !== undefined || this.#isOld || this.#isRead) return this.borrow();
    this.#isRead = true;
    this.#prepare();
    return this;
  }

  /** Finds what `load` reads. Kernels may have to compute it, which `load` is too late for. */
  #prepare(): void {
    if (this.#numbers === undefined) this.#compute ??= this.#recipe?.();
  }

  load(from: number, count: number, target: Float32Array, to: number): void {
    if (this.#numbers !== undefined) copy(this.#numbers, from, count, target, to);
    else this.#compute?.(from, count, target, to);
  }

  /** Leaves its memory to others, unless somebody may hold it. */
  forget(): void {
    this.#isOld = true;
    this.#compute = undefined;
    if (this.#recipe === undefined || this.#numbers === undefined) return;
    onFree?.(this.#numbers);
    free.push({ buffer: this.#numbers.buffer, age: 0 });
    this.#numbers = undefined;
  }
}

/** Runs `f` such that its results may lie in memory that is used again. */
export function inUsedRoom<R>(f: () => R): R {
  return withRoom(takeFree, f);
}

/** A result whose memory is used again after the gradient. `again` computes it once more. */
export function reusable(result: Storage, again: () => Storage): Storage {
  if (!(result instanceof Float32Array) || !isLate(result.length)) return result;
  const { buffer } = result;
  // A small result shares its buffer with others.
  if (!(buffer instanceof ArrayBuffer) || buffer.byteLength !== result.byteLength) return result;
  const recipe: Recipe = () => {
    const numbers = borrow(again());
    return (from, count, target, to) => copy(numbers, from, count, target, to);
  };
  return new LateArray(result.length, recipe, new Float32Array(buffer));
}

/** Runs `f` such that its result may lie in memory that is used again, as this does. */
export function reuse(f: () => Storage): Storage {
  return reusable(inUsedRoom(f), f);
}
