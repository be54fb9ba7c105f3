// The WebAssembly memory that kernels work in; README.md has a picture of it.
import { keepFreed } from "../allocate.ts";
import { pageBytes } from "../threads/runtime.ts";

/** The parameters that may be numbers, from address 0 on. */
export const mostScalars = 256;

export const argumentsAt: number = 4 * mostScalars;

const firstTable = argumentsAt + 256;

/** Bytes for values that forward passes leave for pullbacks, between the tables and the tile. */
export const keptBytes: number = 1 << 22;

/** Bytes for tables at first, enough for a few groups; more if one alone needs more. */
const tableBytes = 1 << 18;

/** Bytes past the end of an array that may be read, and of which 60 may be written. */
export const slackBytes = 64;

/** The memory of one thread: tables, kept values and a tile, laid out by each call. */
export class ScanMemory {
  readonly memory: WebAssembly.Memory = new WebAssembly.Memory({ initial: 80 });
  floats: Float32Array = new Float32Array(this.memory.buffer);
  /** Raised whenever tables that were placed are gone. */
  generation = 0;
  #tablesEnd = firstTable + tableBytes;
  #tablesUsed = firstTable;
  #block = new Int32Array(this.memory.buffer, argumentsAt);
  #unchanged: Int32Array | undefined;

  get tileStart(): number {
    return this.#tablesEnd + keptBytes;
  }

  /** All that lies before the tile: what jobs on workers read. */
  get tables(): Float32Array {
    return this.floats.subarray(0, this.#tablesUsed / 4);
  }

  /** Room for tables until `generation` is raised. Call it before laying the tile out. */
  placeTables(bytes: number): number {
    const room = Math.ceil(bytes / 64) * 64 + slackBytes;
    if (this.#tablesUsed + room > this.#tablesEnd) {
      const end = Math.max(this.#tablesEnd, firstTable + room);
      this.reserve(end + keptBytes); // first, since it may fail
      this.#tablesEnd = end;
      this.#tablesUsed = firstTable;
      this.generation++;
    }
    const at = this.#tablesUsed;
    this.#tablesUsed += room;
    return at;
  }

  /** Writes an argument block that is changed then, here or by kernels. */
  writeArguments(words: Int32Array): Int32Array {
    this.#block.set(words);
    this.#unchanged = undefined;
    return this.#block;
  }

  /** Writes a block that nobody changes, unless it is there already: a step is that fast. */
  keepArguments(words: Int32Array): void {
    if (this.#unchanged === words) return;
    this.#block.set(words);
    this.#unchanged = words;
  }

  reserve(bytes: number): void {
    const missing = bytes + slackBytes - this.memory.buffer.byteLength;
    if (missing <= 0) return;
    this.memory.grow(Math.ceil(missing / pageBytes));
    this.floats = new Float32Array(this.memory.buffer);
    this.#block = new Int32Array(this.memory.buffer, argumentsAt);
  }
}

let ownMemory: ScanMemory | undefined;

/** The memory of this thread, created when it is first needed. */
export function scanMemory(): ScanMemory {
  if (ownMemory === undefined) keepFreed();
  return ownMemory ??= new ScanMemory();
}

/** Writes an argument block into the memory of this thread or of another one. */
export function argumentsIn(floats: Float32Array, words: Int32Array): Int32Array {
  const own = scanMemory();
  if (floats === own.floats) return own.writeArguments(words);
  const block = new Int32Array(floats.buffer, argumentsAt, words.length);
  block.set(words);
  return block;
}

/** Hands out the addresses of a tile's arrays, one after another. */
export class TileLayout {
  /** The first free address. */
  end: number;

  constructor(start: number) {
    this.end = start;
  }

  /** Room for an array and for what may be touched past its end. */
  place(bytes: number, slack: number = slackBytes): number {
    const at = this.end;
    this.end += Math.ceil(bytes / 64) * 64 + slack;
    return at;
  }
}

/** About `rows` rows, at least one, so many that strips of 16 units end with the last. */
export function alignedRows(rows: number, units: number): number {
  let multiple = 16;
  for (let u = units; multiple > 1 && u % 2 === 0; u /= 2) multiple /= 2;
  return Math.max(1, Math.floor(rows / multiple)) * multiple;
}
