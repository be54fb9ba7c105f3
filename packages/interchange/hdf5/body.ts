import { pad8 } from "./encode.ts";

/** The bytes before the body: a superblock of version 0. */
const start = 96;
/** Small parts are gathered in blocks of this many bytes. */
const blockSize = 2 ** 16;

/** The part of a new file after its superblock. */
export class Body {
  #blocks: Uint8Array[] = [];
  #block = new Uint8Array(blockSize);
  #used = 0;
  /** The address of the next bytes, a multiple of 8. */
  end = start;

  /** Appends bytes and zeros up to a multiple of 8, and returns their address. */
  append(parts: readonly ArrayLike<number>[]): number {
    const at = this.end;
    for (const part of parts) this.#put(part);
    const padding = pad8(this.end) - this.end;
    if (padding > 0) this.#put(new Array<number>(padding).fill(0));
    return at;
  }

  #put(part: ArrayLike<number>): void {
    if (this.#used + part.length > blockSize) {
      this.#blocks.push(this.#block.subarray(0, this.#used));
      this.#block = new Uint8Array(blockSize);
      this.#used = 0;
    }
    if (part.length > blockSize) {
      this.#blocks.push(part instanceof Uint8Array ? part : Uint8Array.from(part));
    } else {
      this.#block.set(part, this.#used);
      this.#used += part.length;
    }
    this.end += part.length;
  }

  /** Copies all bytes to their addresses in the file. */
  copyTo(file: Uint8Array): void {
    let at = start;
    for (const block of [...this.#blocks, this.#block.subarray(0, this.#used)]) {
      file.set(block, at);
      at += block.length;
    }
  }
}
