import { describeOption } from "@spikeloop/errors";
import { sameShape } from "@spikeloop/backend";
import { Tensor } from "@spikeloop/tensor";
import type { States } from "./model_functions.ts";

/** What a node remembers: its state variables [N, D], and the membrane's course [T, N, D] where that is kept. */
export class NodeState {
  readonly #node: string;
  /** The variables by name; none before anything has run. */
  values: States = {};
  /** The course of the membrane. */
  vSeq: Tensor | undefined;

  /** Nothing is remembered yet. `node` is the class's name, for messages. */
  constructor(node: string) {
    this.#node = node;
  }

  /**
   * A variable.
   *
   * @throws {Error} if it has no value yet.
   */
  get(name: string): Tensor {
    if (Object.hasOwn(this.values, name)) return this.values[name];
    throw new Error(`Cannot read ${name} of ${this.#node}: it has no value before forward()`);
  }

  /**
   * Gives a variable its value.
   *
   * @throws {TypeError} if that is not a tensor.
   */
  set(name: string, value: Tensor): void {
    if (!(value instanceof Tensor)) {
      throw new TypeError(
        `Cannot set ${name} of ${this.#node} to ${describeOption(value)}: expected a tensor`,
      );
    }
    this.update({ [name]: value });
  }

  /** Gives some variables their values. */
  update(values: States): void {
    this.values = { ...this.values, ...values };
  }

  /** Whether a sequence x [T, N, D] can go on from here. */
  fits({ shape, backend }: Tensor): boolean {
    const values = Object.values(this.values);
    return values.length > 0 &&
      values.every((s) => sameShape(s.shape, shape.slice(1)) && s.backend === backend);
  }

  /** Forgets everything. */
  clear(): void {
    this.values = {};
    this.vSeq = undefined;
  }
}
