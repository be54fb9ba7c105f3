import { type Func, instantiate, moduleBytes, type WasmFunction } from "@spikeloop/expr/wasm";
import { mostPages } from "./runtime.ts";

/** A call of a kernel, on any thread. */
export interface KernelCall {
  /** The place of the function in its executable. */
  readonly fn: number;
  readonly args: readonly number[];
}

let count = 0;

/** Functions compiled over this thread's memory, and over a worker's once it has a job for them. */
export class Executable {
  /** Tells executables apart on a worker; never 0. */
  readonly id: number = ++count;
  /** The functions on this thread, by name. */
  readonly exports: Readonly<Record<string, WasmFunction>>;
  readonly #functions: readonly Func[];
  readonly #places: readonly WasmFunction[];
  #bytes: Uint8Array | undefined;

  constructor(functions: readonly Func[], memory: WebAssembly.Memory) {
    this.#functions = functions;
    this.exports = { ...instantiate(functions, memory) }; // engines read a record faster
    this.#places = functions.map(({ name }) => this.exports[name]);
  }

  /** The module for a memory that threads share. */
  get bytes(): Uint8Array {
    return this.#bytes ??= moduleBytes(this.#functions, {
      initial: 1,
      maximum: mostPages,
      shared: true,
    });
  }

  /** A call to be done later, here or on a worker. */
  call(name: string, ...args: readonly number[]): KernelCall {
    return { fn: this.#functions.findIndex((f) => f.name === name), args };
  }

  /** The functions, by name, such that each only adds its call to a list. */
  recorder(calls: KernelCall[]): Readonly<Record<string, WasmFunction>> {
    return Object.fromEntries(
      this.#functions.map((f, fn) => [f.name, (...args) => calls.push({ fn, args })]),
    );
  }

  run(calls: readonly KernelCall[]): void {
    for (let i = 0; i < calls.length; i++) {
      const { fn, args } = calls[i];
      // Most have one argument; engines call it faster unspread.
      if (args.length === 1) this.#places[fn](args[0]);
      else this.#places[fn](...args);
    }
  }
}
