import {
  type Backend,
  type Shape,
  showShape,
  sizeOf,
  type Storage,
  stridesOf,
} from "@spikeloop/backend";
import { fail } from "@spikeloop/errors";

/** The method that Node, Deno and Bun call for `console.log`. */
const inspect: unique symbol = /* @__PURE__ */ Symbol.for("nodejs.util.inspect.custom");

/** How many elements `console.log` shows. */
const mostShown = 8;

/**
 * An immutable, row-major array of float32 numbers with a shape, on one backend. `tensor`, `zeros`
 * and the like make one, and so does every operation.
 *
 * @example
 * ```ts
 * import { mul, tensor } from "@spikeloop/tensor";
 * import { assert } from "@std/assert";
 *
 * const x = tensor([[1, 2], [3, 4]]);
 * assert(x.shape.length === 2 && x.size === 4);
 * assert(mul(x, 2).dataSync()[3] === 8);
 * ```
 */
export class Tensor {
  /** The extents, outermost axis first; `[]` is a scalar. */
  declare readonly shape: Shape;
  /** The backend that holds its memory. */
  declare readonly backend: Backend;
  /** Its memory, which nothing writes to. */
  declare readonly storage: Storage;
  /** Whether it is known to hold only zeros and ones, as the output of spiking neurons does. */
  declare readonly binary: boolean;
  /** Where the running gradient recorded the operation that made it; 0 for none. Internal. */
  declare readonly tapeIndex: number;
  /** Which of that operation's results it is. Internal. */
  declare readonly slot: number;

  /** Wraps storage of a backend; users call `tensor`. */
  constructor(
    backend: Backend,
    storage: Storage,
    shape: Shape,
    binary = false,
    tapeIndex = 0,
    slot = 0,
  ) {
    this.backend = backend;
    this.storage = storage;
    this.shape = shape;
    this.binary = binary;
    this.tapeIndex = tapeIndex;
    this.slot = slot;
  }

  /** The number of elements. */
  get size(): number {
    return sizeOf(this.shape);
  }

  /** The distance in storage of neighbours along each axis. */
  get strides(): readonly number[] {
    return stridesOf(this.shape);
  }

  /** Reads a copy of its elements, in row-major order. */
  data(): Promise<Float32Array> {
    return this.backend.read(this.storage);
  }

  /**
   * Reads a copy of its elements without waiting.
   *
   * @throws {TypeError} if the tensor is on a device that can only be read asynchronously.
   */
  dataSync(): Float32Array {
    if (this.backend.readSync === undefined) {
      fail(`read a tensor on "${this.backend.name}" synchronously`, 'use "await x.data()"');
    }
    return this.backend.readSync(this.storage);
  }

  /**
   * Reads the element of a tensor that has exactly one.
   *
   * @throws {TypeError} if it has more elements or none, or is on a device that can only be read
   * asynchronously.
   */
  item(): number {
    if (this.size !== 1) {
      const action = `take the item of a tensor of shape ${showShape(this.shape)}`;
      fail(action, `it has ${this.size} elements, expected 1`);
    }
    return this.dataSync()[0];
  }

  /** Its shape and backend, for messages. */
  toString(): string {
    return `Tensor(${showShape(this.shape)}, ${this.backend.name})`;
  }

  /**
   * The text for templates and `String(x)`.
   *
   * @throws {TypeError} if an operator (`+`, `>`) or a function of numbers wants a number.
   */
  [Symbol.toPrimitive](hint: string): string {
    if (hint === "string") return this.toString();
    return fail(
      `use ${this} as a number`,
      "operators and Math do not work on tensors; use add, sub, mul, div, pow, less, greater, " +
        "equal and the like, or x.item() for the number of a scalar",
    );
  }

  /** `toString()` with the first elements, where they can be read at once: for `console.log`. */
  [inspect](): string {
    const data = this.backend.readSync?.(this.storage);
    if (data === undefined) return this.toString();
    const numbers = Array.from(data.subarray(0, mostShown), (x) => Number(x.toPrecision(6)));
    return `${this} ${numbers.join(" ")}${this.size > mostShown ? " …" : ""}`.trimEnd();
  }
}
