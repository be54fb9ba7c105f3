/** The allocations of a piece of work. */
export interface Allocations {
  /** The number of buffers. */
  readonly buffers: number;
  /** Bytes in them. */
  readonly bytes: number;
}

/** Counts the ArrayBuffers and Float32Arrays that `work` makes, in place of their constructors. */
export function countAllocations(work: () => void): Allocations {
  const names = ["ArrayBuffer", "Float32Array"] as const;
  const originals = names.map((name) => globalThis[name]);
  let [buffers, bytes] = [0, 0];
  const counting = <C extends typeof ArrayBuffer | typeof Float32Array>(constructor: C): C =>
    new Proxy(constructor, {
      construct(target, args, newTarget) {
        const buffer = Reflect.construct(target, args, newTarget);
        if (!(args[0] instanceof originals[0])) {
          buffers++;
          bytes += buffer.byteLength;
        }
        return buffer;
      },
    });
  try {
    names.forEach((name, i) => Object.assign(globalThis, { [name]: counting(originals[i]) }));
    work();
  } finally {
    names.forEach((name, i) => Object.assign(globalThis, { [name]: originals[i] }));
  }
  return { buffers, bytes };
}
