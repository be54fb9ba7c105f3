import type { MailboxHandle } from "./mailbox.ts";
import { workerSource } from "./worker_source.ts";

/** A worker that was started. */
export interface StartedWorker {
  /** Ends it. */
  terminate(): unknown;
}

/** The module `node:worker_threads` of Node, Deno and Bun. */
interface WorkerThreads {
  readonly Worker: new (source: string, options: object) => StartedWorker & {
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

/**
 * Starts a thread with these mailboxes. It does not keep the process alive.
 *
 * @param onError Called if the thread fails or can't start, such as by a page's policy.
 */
export function startWorker(
  mailboxes: readonly MailboxHandle[],
  onError: () => void,
): StartedWorker {
  const threads = builtin<WorkerThreads>("node:worker_threads");
  if (threads !== undefined) {
    const worker = new threads.Worker(workerSource.node, {
      eval: true,
      execArgv: [],
      workerData: mailboxes,
    });
    worker.on("error", onError);
    worker.unref();
    return worker;
  }
  const script = new Blob([workerSource.web], { type: "text/javascript" });
  const worker = new Worker(URL.createObjectURL(script));
  worker.onerror = (event) => {
    event.preventDefault();
    onError();
  };
  worker.postMessage(mailboxes);
  return worker;
}
