/** The WebAssembly modules that a test compiles. */
export interface Modules {
  /** How many were compiled so far. */
  readonly compiled: number;
  /** The bytes of all their code. */
  readonly bytes: number;
  /** How many of them are not collected yet. */
  readonly alive: number;
}

/** Runs `program`, which can look at the modules that it compiles. */
export async function countModules(
  program: (modules: Modules) => void | Promise<void>,
): Promise<void> {
  const Module = WebAssembly.Module;
  const all: WeakRef<WebAssembly.Module>[] = [];
  let bytes = 0;
  WebAssembly.Module = new Proxy(Module, {
    construct: (target, args: ConstructorParameters<typeof Module>) => {
      const module = new target(...args);
      all.push(new WeakRef(module));
      bytes += args[0].byteLength;
      return module;
    },
  });
  try {
    await program({
      get compiled() {
        return all.length;
      },
      get bytes() {
        return bytes;
      },
      get alive() {
        return all.filter((module) => module.deref() !== undefined).length;
      },
    });
  } finally {
    WebAssembly.Module = Module;
  }
}
