// Lists of tensors in memory that two threads share.
import { hostArray, sizeOf } from "@spikeloop/backend";
import { type Tensor, uploadTensor } from "@spikeloop/tensor";

/** The most bytes that the numbers of a list take: memory cannot grow further. */
const mostBytes = 1 << 28;

/** Words for the shapes of a list. */
const shapeWords = 1 << 12;

/** The memory of an exchange, which both threads see. */
export interface ExchangeMemory {
  /** The count; then for each tensor whether its numbers follow, its rank and its extents. */
  readonly shapes: SharedArrayBuffer;
  /** The numbers of one tensor after another. It grows. */
  readonly numbers: SharedArrayBuffer;
}

/** One direction of an exchange. Each thread has one over the same memory. */
export class Exchange {
  readonly memory: ExchangeMemory;
  readonly #shapes: Int32Array;
  readonly #numbers: Float32Array;
  /** The tensors that the other thread has already, from the first one on. */
  #kept: readonly Tensor[] = [];

  constructor(
    memory: ExchangeMemory = {
      shapes: new SharedArrayBuffer(4 * shapeWords),
      numbers: new SharedArrayBuffer(1 << 16, { maxByteLength: mostBytes }),
    },
  ) {
    this.memory = memory;
    this.#shapes = new Int32Array(memory.shapes);
    this.#numbers = new Float32Array(memory.numbers); // it grows with its memory
  }

  /** Both threads say which tensors the next list may begin with: these are not sent. */
  keep(tensors: readonly Tensor[]): void {
    this.#kept = tensors;
  }

  /** Writes a list of tensors; false where it doesn't fit. */
  send(tensors: readonly Tensor[]): boolean {
    const isSent = tensors.map((x, i) => x !== this.#kept[i]);
    const count = tensors.reduce((sum, { size }, i) => sum + (isSent[i] ? size : 0), 0);
    const words = tensors.reduce((sum, { shape }) => sum + 2 + shape.length, 1);
    if (words > shapeWords || !this.#reserve(4 * count)) return false;
    this.#shapes[0] = tensors.length;
    let [word, number] = [1, 0];
    tensors.forEach(({ storage, size, shape }, i) => {
      this.#shapes.set([Number(isSent[i]), shape.length, ...shape], word);
      word += 2 + shape.length;
      if (!isSent[i]) return;
      this.#numbers.set(hostArray(storage), number);
      number += size;
    });
    return true;
  }

  /** Makes room for numbers; false where memory cannot grow so far. */
  #reserve(bytes: number): boolean {
    const { numbers } = this.memory;
    try {
      if (bytes > numbers.byteLength) numbers.grow(bytes);
      return true;
    } catch {
      return false;
    }
  }

  /** Reads the list that the other thread has sent. */
  receive(): readonly Tensor[] {
    let [word, number] = [1, 0];
    return Array.from({ length: this.#shapes[0] }, (_, i) => {
      const [isSent, rank] = this.#shapes.subarray(word, word + 2);
      const shape = [...this.#shapes.subarray(word + 2, word + 2 + rank)];
      word += 2 + rank;
      if (!isSent) return this.#kept[i];
      const from = number;
      number += sizeOf(shape);
      return uploadTensor(this.#numbers.subarray(from, number), shape);
    });
  }
}
