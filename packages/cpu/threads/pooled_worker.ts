import { common } from "./common.ts";
import { builtin, type WorkerThreads } from "./runtime.ts";
import { workerSource, workerState } from "./worker_source.ts";

/** A thread that does calls of `common`. It does not keep the process alive. */
export class PooledWorker {
  readonly #status = new Int32Array(new SharedArrayBuffer(4));
  constructor() {
    const { words, memories } = common();
    const data = { words, memories: memories.map(({ memory }) => memory), status: this.#status };
    const fail = () => Atomics.store(this.#status, 0, workerState.failed);
    const threads = builtin<WorkerThreads>("node:worker_threads");
    if (threads !== undefined) {
      const options = { eval: true, env: {}, execArgv: [], workerData: data };
      const worker = new threads.Worker(workerSource.node, options);
      worker.on("error", fail);
      worker.unref();
      return;
    }
    const script = new Blob([workerSource.web], { type: "text/javascript" });
    const worker = new Worker(URL.createObjectURL(script));
    worker.onerror = (event) => {
      event.preventDefault();
      fail();
    };
    worker.postMessage(data);
  }

  /** The thread runs, and none of its calls has failed. */
  get isReady(): boolean {
    return Atomics.load(this.#status, 0) === workerState.ready;
  }

  /** The thread could not start, such as by a page's policy, or one of its calls has failed. */
  get hasFailed(): boolean {
    return Atomics.load(this.#status, 0) === workerState.failed;
  }

  /** Lets the thread end, once it is through with its call: others see by that when it is. */
  stop(): void {
    Atomics.store(this.#status, 0, workerState.stopped);
    common().wake();
  }
}
