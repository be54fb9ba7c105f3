import type { Backend, Storage } from "@spikeloop/backend";
import { isRecording } from "./tape.ts";
import { Tensor } from "./tensor.ts";

/** Adds the storage of every tensor in a value made of records and arrays, whatever else they hold. */
function collect(value: unknown, found: Set<Storage>): Set<Storage> {
  if (value instanceof Tensor) return found.add(value.storage);
  if (Array.isArray(value) || isRecord(value)) {
    for (const part of Object.values(value)) collect(part, found);
  }
  return found;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null &&
    [Object.prototype, null].includes(Object.getPrototypeOf(value));
}

/**
 * `f` with its memory given back, for loops on a device. What a call makes is released when it ends, except for the
 * tensors in what it returns (records and arrays, nested in any way); those are released at the end of the next call,
 * unless that one returns them again. So a loop holds the memory of two rounds, however long it runs; without it,
 * what a loop drops is given back when the garbage collector comes by. On the CPU, and inside a gradient, which has a
 * scope of its own, this is `f` and nothing else.
 *
 * @throws {TypeError} if `f` returns a promise: a scope ends when the call does.
 *
 * @example
 * ```ts
 * import { cpu } from "@spikeloop/cpu";
 * import { mul, scoped, tensor, type Tensor } from "@spikeloop/tensor";
 * import { assert } from "@std/assert";
 *
 * const halve = scoped(cpu, (x: Tensor) => mul(x, 0.5));
 * let x = tensor(8);
 * for (let i = 0; i < 3; i++) x = halve(x);
 * assert(x.item() === 1);
 * ```
 */
export function scoped<A extends unknown[], R>(
  backend: Backend,
  f: (...args: A) => R,
): (...args: A) => R {
  /** What earlier calls made and the last one returned. */
  let held: readonly Storage[] = [];
  return (...args) => {
    // What is made inside a gradient is needed until that ends, and released then.
    const scope = isRecording() ? undefined : backend;
    scope?.openScope?.();
    let returned: ReadonlySet<Storage> | undefined;
    try {
      const result = f(...args);
      if (result instanceof Promise) {
        throw new TypeError(
          "Cannot run a function in a scope: it returned a promise, and the scope ends with the call",
        );
      }
      returned = collect(result, new Set());
      return result;
    } finally {
      const made = scope?.closeScope?.(returned ?? []) ?? [];
      // After an error the caller goes on from what the call before returned.
      if (scope && returned !== undefined) {
        held = [...releaseUnless(backend, held, returned), ...made];
      }
    }
  };
}

/** Releases storages except those that are still wanted, which it returns. */
function releaseUnless(
  backend: Backend,
  storages: readonly Storage[],
  wanted: ReadonlySet<Storage>,
): Storage[] {
  for (const s of storages) if (!wanted.has(s)) backend.release?.(s);
  return storages.filter((s) => wanted.has(s));
}
