// The means of the runtime that threads need.

/** The module `node:worker_threads` of Node, Deno and Bun. */
export interface WorkerThreads {
  readonly Worker: new (source: string, options: object) => Pick<Worker, "terminate"> & {
    unref(): void;
    on(event: "error", listener: () => void): void;
  };
}

interface Runtime {
  readonly process?: { readonly getBuiltinModule?: (name: string) => unknown };
  readonly crossOriginIsolated?: boolean;
  readonly SharedArrayBuffer?: unknown;
  readonly Worker?: unknown;
}

/** A module of Node that comes with the runtime, where there is one. */
export function builtin<M>(name: string): M | undefined {
  return (globalThis as Runtime).process?.getBuiltinModule?.(name) as M | undefined;
}

/** Whether threads that share memory can be started here, as far as can be known without trying. */
export function canStartWorkers(): boolean {
  const { SharedArrayBuffer, Worker, crossOriginIsolated } = globalThis as Runtime;
  if (typeof SharedArrayBuffer !== "function") return false;
  return builtin("node:worker_threads") !== undefined ||
    typeof Worker === "function" && crossOriginIsolated === true;
}

export const pageBytes: number = 1 << 16;

/** The most pages in a memory that threads share: 64 MiB. */
export const mostPages: number = 1024;
