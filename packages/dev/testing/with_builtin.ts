interface Runtime {
  readonly process: { getBuiltinModule(name: string): unknown };
}

/** Runs `f` while a module that comes with the runtime is another one. */
export async function withBuiltin(
  name: string,
  module: unknown,
  f: () => void | Promise<void>,
): Promise<void> {
  const { process } = globalThis as unknown as Runtime;
  const real = process.getBuiltinModule;
  process.getBuiltinModule = (asked) => asked === name ? module : real.call(process, asked);
  try {
    await f();
  } finally {
    process.getBuiltinModule = real;
  }
}
