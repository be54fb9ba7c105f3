/** One end of the channel between the page and a worker. */
export interface Port<In, Out> {
  /** Sends a message; the buffers in `transfer` move with it. */
  send(message: Out, transfer?: ArrayBuffer[]): void;
  /** Calls a function with every message from the other end. */
  listen(receive: (message: In) => void): void;
}

/** The part of a worker, and of a worker's own scope, that a port uses. */
interface Endpoint {
  postMessage(message: unknown, transfer: ArrayBuffer[]): void;
  addEventListener(type: "message", listener: (event: { readonly data: unknown }) => void): void;
}

function portOf<In, Out>(end: Endpoint): Port<In, Out> {
  return {
    send: (message, transfer = []) => end.postMessage(message, transfer),
    listen: (receive) => end.addEventListener("message", ({ data }) => receive(data as In)),
  };
}

/** The port of a worker to the page that has started it. */
export function pagePort<In, Out>(): Port<In, Out> {
  return portOf(globalThis as unknown as Endpoint);
}

/** Starts a worker, `stage.js` for "stage", and returns the port of the page to it. */
export function workerPort<In, Out>(name: string): Port<In, Out> {
  const worker = new Worker(new URL(`./${name}.js`, import.meta.url), { type: "module" });
  return portOf<In, Out>(worker);
}
