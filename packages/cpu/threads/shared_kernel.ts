import { type Func, instantiate, moduleBytes, type WasmFunction } from "@spikeloop/expr/wasm";

/** Bytes of a page of memory. */
export const pageBytes: number = 1 << 16;

/** The most pages in a memory that threads share: 64 MiB. */
export const mostPages: number = 1024;

/** A function of a kernel, by its place, and what it is called with. */
export interface Call {
  /** Its place among the kernel's functions. */
  readonly fn: number;
  /** Whole numbers. */
  readonly args: readonly number[];
}

let made = 0;

/** Functions compiled over this thread's memory, and over a helper's once it is given work for them. */
export class SharedKernel {
  /** Tells kernels apart on a helper. */
  readonly id: number = made++;
  /** The functions on this thread, by name. */
  readonly exports: Readonly<Record<string, WasmFunction>>;
  readonly #functions: readonly Func[];
  #bytes: Uint8Array | undefined;

  /** Compiles for this thread. */
  constructor(functions: readonly Func[], memory: WebAssembly.Memory) {
    this.#functions = functions;
    this.exports = instantiate(functions, memory);
  }

  /** The module for a memory that threads share. */
  get bytes(): Uint8Array {
    return this.#bytes ??= moduleBytes(this.#functions, {
      initial: 1,
      maximum: mostPages,
      shared: true,
    });
  }

  /** A call to be done later, here or on a helper. */
  call(name: string, ...args: readonly number[]): Call {
    return { fn: this.#functions.findIndex((f) => f.name === name), args };
  }

  /** The functions, by name, such that each only adds its call to a list. */
  recorder(calls: Call[]): Readonly<Record<string, WasmFunction>> {
    return Object.fromEntries(
      this.#functions.map((f, fn) => [f.name, (...args) => calls.push({ fn, args })]),
    );
  }

  /** Does calls on this thread. */
  run(calls: readonly Call[]): void {
    for (const { fn, args } of calls) this.exports[this.#functions[fn].name](...args);
  }
}
