import {
  type Backend,
  type Shape,
  showShape,
  sizeOf,
  type Storage,
  stridesOf,
} from "@spikeloop/backend";
import type { TapeNode } from "./tape.ts";

/** What `new Tensor` takes besides its storage and shape. */
export interface TensorOptions {
  /** All elements are 0 or 1. */
  readonly binary?: boolean;
  /** The operation that made it, while a gradient is being recorded. */
  readonly node?: TapeNode;
  /** Which of that operation's results it is. */
  readonly slot?: number;
}

const noOptions: TensorOptions = {};

/** Where Node, Deno and Bun look for what `console.log` shows. */
const inspect: unique symbol = /* @__PURE__ */ Symbol.for("nodejs.util.inspect.custom");

/** How many of its elements are shown. */
const shown = 8;

/**
 * An immutable, row-major array of float32 numbers with a shape, on one backend. Made by `tensor`, `zeros` and the
 * like, or by an operation.
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
  readonly shape: Shape;
  /** The number of elements. */
  readonly size: number;
  /** Where it lives. */
  readonly backend: Backend;
  /** Its memory, which nobody writes to. */
  readonly storage: Storage;
  /** Known to hold only zeros and ones, as the output of spiking neurons; kernels use that. */
  readonly binary: boolean;
  /** Its place in the recording of a gradient. Internal. */
  readonly node: TapeNode | undefined;
  /** Which result of that operation it is. Internal. */
  readonly slot: number;

  /** Wraps storage of a backend; `tensor` is what users call. */
  constructor(
    backend: Backend,
    storage: Storage,
    shape: Shape,
    options: TensorOptions = noOptions,
  ) {
    this.backend = backend;
    this.storage = storage;
    this.shape = shape;
    this.size = sizeOf(shape);
    this.binary = options.binary ?? false;
    this.node = options.node;
    this.slot = options.slot ?? 0;
  }

  /** How far apart neighbours along each axis lie in its storage. */
  get strides(): readonly number[] {
    return stridesOf(this.shape);
  }

  /** A copy of its elements, in row-major order. */
  data(): Promise<Float32Array> {
    return this.backend.read(this.storage);
  }

  /**
   * The same without waiting.
   *
   * @throws {TypeError} if the tensor is on a device that can only be read asynchronously.
   */
  dataSync(): Float32Array {
    if (this.backend.readSync === undefined) {
      throw new TypeError(
        `Cannot read a tensor on "${this.backend.name}" synchronously: use "await x.data()"`,
      );
    }
    return this.backend.readSync(this.storage);
  }

  /**
   * The only element of a tensor that has one.
   *
   * @throws {TypeError} if it has more or none, or is on a device that can only be read asynchronously.
   */
  item(): number {
    if (this.size !== 1) {
      throw new TypeError(
        `Cannot take the item of a tensor of shape ${
          showShape(this.shape)
        }: it has ${this.size} elements, expected 1`,
      );
    }
    return this.dataSync()[0];
  }

  /** Its shape and backend, for messages. */
  toString(): string {
    return `Tensor(${showShape(this.shape)}, ${this.backend.name})`;
  }

  /** The same with its first elements, where they can be read at once: what `console.log` shows. */
  [inspect](): string {
    const data = this.backend.readSync?.(this.storage);
    if (data === undefined) return this.toString();
    const numbers = Array.from(data.subarray(0, shown), (x) => Number(x.toPrecision(6)));
    return `${this} ${numbers.join(" ")}${this.size > shown ? " …" : ""}`.trimEnd();
  }
}
