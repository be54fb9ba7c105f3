import { type Func, instantiate, moduleBytes, type WasmFunction } from "@spikeloop/expr/wasm";
import { mostPages } from "./runtime.ts";

/** A call of a kernel, on any thread. */
export interface KernelCall {
  /** The place of the function in its executable. */
  readonly fn: number;
  readonly args: readonly number[];
}

/** The type of a memory that threads share. */
const commonType = { initial: 1, maximum: mostPages, shared: true } as const;

let count = 0;

/** Functions compiled over a memory, and by a worker over shared ones once it has a call there. */
export class Executable {
  /** Tells executables apart on a worker; never 0. */
  readonly id: number = ++count;
  /** The functions on this thread, by name. */
  readonly exports: Readonly<Record<string, WasmFunction>>;
  readonly #functions: readonly Func[];
  #bytes: Uint8Array | undefined;

  constructor(functions: readonly Func[], memory: WebAssembly.Memory) {
    this.#functions = functions;
    const type = memory.buffer instanceof ArrayBuffer ? undefined : commonType;
    this.exports = { ...instantiate(functions, memory, type) }; // engines read a record faster
  }

  /** The module for a memory that threads share. */
  get bytes(): Uint8Array {
    return this.#bytes ??= moduleBytes(this.#functions, commonType);
  }

  /** A call to be done later, here or on a worker. */
  call(name: string, ...args: readonly number[]): KernelCall {
    return { fn: this.#functions.findIndex((f) => f.name === name), args };
  }

  run({ fn, args }: KernelCall): void {
    this.exports[this.#functions[fn].name](...args);
  }
}
