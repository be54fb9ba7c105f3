// The WebAssembly memory that kernels work in. It holds nothing between calls but tables that can be made again.

/** Bytes at address 0 that hold the numbers among a kernel's parameters. */
const scalarsBytes = 1024;

/** Bytes for tables at first, enough for a few populations; more if one alone needs more. */
const tablesBytes = 1 << 18;

/** What lies past the end of an array may be read, and written by 15 numbers. */
export const slackBytes = 64;

const pageBytes = 1 << 16;

/** Memory with room for tables, which stay, and a tile, which each call lays out anew. */
export class Scratch {
  /** For kernels to import. */
  readonly memory: WebAssembly.Memory = new WebAssembly.Memory({ initial: 16 });
  /** All of it. */
  floats: Float32Array = new Float32Array(this.memory.buffer);
  /** Raised whenever tables that were placed are gone. */
  generation = 0;
  #tablesEnd = scalarsBytes + tablesBytes;
  #tablesUsed = scalarsBytes;

  /** Where a call's tile starts. */
  get tile(): number {
    return this.#tablesEnd;
  }

  /** A place for tables that stay until `generation` is raised; the tile of the running call must not be laid out yet. */
  placeTables(bytes: number): number {
    const room = Math.ceil(bytes / 64) * 64 + slackBytes;
    if (this.#tablesUsed + room > this.#tablesEnd) {
      this.generation++;
      this.#tablesUsed = scalarsBytes;
      this.#tablesEnd = Math.max(this.#tablesEnd, scalarsBytes + room);
      this.reserve(this.#tablesEnd);
    }
    const at = this.#tablesUsed;
    this.#tablesUsed += room;
    return at;
  }

  /** Grows the memory to so many bytes. */
  reserve(bytes: number): void {
    const missing = bytes + slackBytes - this.memory.buffer.byteLength;
    if (missing <= 0) return;
    this.memory.grow(Math.ceil(missing / pageBytes));
    this.floats = new Float32Array(this.memory.buffer);
  }
}

/** Hands out the places of a tile's arrays, one after another. */
export class TileLayout {
  /** The first free address. */
  end: number;

  /** Starts at `start`. */
  constructor(start: number) {
    this.end = start;
  }

  /** Room for an array and what may be touched past its end. */
  place(bytes: number, slack: number = slackBytes): number {
    const at = this.end;
    this.end += Math.ceil(bytes / 64) * 64 + slack;
    return at;
  }
}

/** About `rows` rows, at least one, so many that turns of 16 units end with the last. */
export function alignedRows(rows: number, units: number): number {
  let multiple = 16;
  for (let u = units; multiple > 1 && u % 2 === 0; u /= 2) multiple /= 2;
  return Math.max(1, Math.floor(rows / multiple)) * multiple;
}
