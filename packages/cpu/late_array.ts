// Arrays that gradients make and nobody sees. Their memory is used again (ADR 0027).
import type { Storage } from "@spikeloop/backend";
import { withRoom } from "./allocate.ts";
import { borrow, scopes, type Source, sources } from "./source.ts";
import { copy, growArena, isBehind, reaches, staging, stagingLength } from "./staging.ts";

/** Arrays of fewer numbers are not worth their bookkeeping. */
const worthwhile = 1 << 12;

/** Arrays of more numbers may not fit the memory, and fail where they are made. */
const most = 1 << 28;

/** Finds the memory that an array is computed from, and returns the function that computes it. */
export type Recipe = () => Source["load"];

/** The arrays that the open scopes have made. */
const live: LateArray[] = [];

/** How many of these were there when each scope was opened, and then where the arena was free. */
const starts: number[] = [];

/** Longer arrays, of more than 2 MiB, have a buffer of their own. */
const longestInArena = 1 << 19;

/** Numbers after each array in the arena: kernels read, and write back, whole vectors. */
const margin = 32;

/** Where the free part of the arena begins. */
let taken = stagingLength;

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

/**
 * Memory of so many numbers, to be used until the scope closes: in the arena, which a scope leaves
 * as it found it, or free memory of this length, for which a loop asks each time.
 */
function takeFree(length: number): Float32Array<ArrayBuffer> | undefined {
  const [at, end] = [taken, taken + length + margin + 15 & -16];
  if (isLate(length) && length <= longestInArena && reaches(end)) {
    taken = end;
    return new Float32Array(staging().buffer, 4 * at, length);
  }
  const found = free.findIndex(({ buffer }) => buffer.byteLength === 4 * length);
  return found < 0 ? undefined : new Float32Array(free.splice(found, 1)[0].buffer);
}

/**
 * Opens a scope, which collects the arrays that are made until it closes. Then their memory becomes
 * free, but for arrays that somebody else may hold (`hostArray`).
 */
export function openLate(): void {
  if (starts.length === 0) growArena();
  starts.push(live.length, taken);
}

/** Closes the innermost scope, and returns whether it was the outermost. */
export function closeLate(): boolean {
  scopes.closed++;
  taken = starts.pop() ?? taken;
  const start = starts.pop() ?? 0;
  if (free.length > 0) free = free.filter((memory) => ++memory.age <= oldest);
  for (let i = start; i < live.length; i++) live[i].forget();
  if (live.length > start) live.length = start; // to set a length takes long
  return starts.length === 0;
}

const isInArena = (numbers: Float32Array) => isBehind(staging().floats, numbers);

/** Numbers that stay: a copy of those in the arena. */
export function owned<S extends Storage | undefined>(numbers: S): S {
  return numbers instanceof Float32Array && isInArena(numbers)
    ? new Float32Array(numbers) as Storage as S
    : numbers;
}

/** Whether an open scope, or one around it, has made arrays. */
export const existsLate = (): boolean => live.length > 0;

/** An array that is computed when it is read, and once more if its memory was used otherwise. */
export class LateArray implements Source {
  readonly length: number;
  #recipe: Recipe | undefined;
  #compute: Source["load"] | undefined;
  #numbers: Float32Array<ArrayBuffer> | undefined;
  #isRead = false;
  /** How many scopes were open when it was made. */
  readonly #depth = starts.length;
  /** Its scope has closed: somebody has held on to it. */
  #isOld = false;
  /** Whether its recipe only copies numbers. */
  readonly isCopy: boolean;

  /**
   * Makes an array of what computes it.
   *
   * @param numbers Its numbers, if they are computed already.
   * @param isCopy Whether the recipe only copies numbers.
   */
  constructor(length: number, recipe: Recipe, numbers?: Float32Array<ArrayBuffer>, isCopy = false) {
    sources.exist = true;
    this.length = length;
    this.isCopy = isCopy;
    this.#recipe = recipe;
    this.#numbers = numbers;
    live.push(this);
  }

  /** Its numbers, which stay from now on. */
  numbers(): Float32Array {
    const numbers = this.borrow();
    this.#recipe = undefined;
    return this.#numbers = owned(numbers);
  }

  /** Its numbers, to be read before the gradient ends. */
  borrow(): Float32Array<ArrayBuffer> {
    if (this.#numbers !== undefined) return this.#numbers;
    if (this.#isOld) return this.#borrowOld();
    // The arena of a scope inside would be free too early.
    return this.#fill(this.#depth === starts.length ? takeFree(this.length) : undefined);
  }

  #fill(room: Float32Array<ArrayBuffer> | undefined): Float32Array<ArrayBuffer> {
    this.#prepare();
    const numbers = room ?? new Float32Array(this.length);
    this.load(0, this.length, numbers, 0);
    this.#compute = undefined;
    return this.#numbers = numbers;
  }

  /** Its numbers, computed once more to stay, after those of the old arrays that they depend on. */
  #borrowOld(): Float32Array<ArrayBuffer> {
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

  /**
   * This array, for the first reader, who computes it tile by tile, and for all readers of copies;
   * else its numbers.
   */
  source(): Source | Float32Array {
    if (this.#numbers !== undefined || this.#isOld) return this.borrow();
    if (this.#isRead && !this.isCopy) return this.borrow();
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
    if (!isInArena(this.#numbers)) free.push({ buffer: this.#numbers.buffer, age: 0 });
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
  // A small result shares its buffer with others.
  if (!isInArena(result) && result.buffer.byteLength !== result.byteLength) return result;
  const recipe: Recipe = () => {
    const numbers = borrow(again());
    return (from, count, target, to) => copy(numbers, from, count, target, to);
  };
  return new LateArray(result.length, recipe, result as Float32Array<ArrayBuffer>);
}

/** Runs `f` such that its result may lie in memory that is used again, as this does. */
export function reuse(f: () => Storage): Storage {
  return reusable(inUsedRoom(f), f);
}
