import type { Backend, Storage } from "@spikeloop/backend";
import { fail, isRecord, takeFunction } from "@spikeloop/errors";
import { closeScope, keepResult, needsKeeping, openScope } from "./memory_scope.ts";
import { isRecording } from "./tape.ts";
import { Tensor } from "./tensor.ts";

/** Keeps every tensor in nested records and arrays; other values are skipped. */
function keepAll(value: unknown, found: Storage[]): Storage[] {
  if (value instanceof Tensor) found.push(keepResult(value).storage);
  else if (Array.isArray(value)) {
    for (const part of value) keepAll(part, found);
  } else if (isRecord(value)) {
    // A loop without Object.values allocates nothing.
    for (const name in value) keepAll(value[name], found);
  }
  return found;
}

/**
 * `f` for loops: it frees the memory of every call. When a call ends, the tensors that it made are
 * released, except those that it returns (in records and arrays, nested in any way). These are
 * released when the next call ends, unless that call returns them again. So a loop holds the memory
 * of two rounds, however long it runs. Without `scoped`, the garbage collector frees the memory,
 * which may be late.
 *
 * On the CPU the next call uses the memory of large tensors again, and all tensors stay as they
 * are: one that `f` has left somewhere is computed once more when it is read, and results belong to
 * the caller. Inside a gradient, which has a scope of its own, this is `f` and nothing else.
 *
 * @throws {TypeError} if `f` returns a promise: the scope ends with the call.
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
  takeFunction("make a scoped function", "f", f);
  /** The storage that earlier calls made and the last call returned. */
  let returnedBefore: readonly Storage[] = [];
  return (...args) => {
    // Tensors made inside a gradient are needed until it ends, and released then.
    const scope = isRecording() ? undefined : backend;
    if (scope !== undefined) openScope(scope);
    let returned: readonly Storage[] | undefined;
    try {
      const result = f(...args);
      if (result instanceof Promise) {
        fail(
          "run a function in a scope",
          "it returned a promise, and the scope ends with the call",
        );
      }
      if (scope !== undefined && needsKeeping(scope)) returned = keepAll(result, []);
      return result;
    } finally {
      const survivors = scope === undefined ? [] : closeScope(scope, returned ?? []);
      // After an error the caller goes on with the results of the call before.
      if (scope?.release && returned !== undefined) {
        returnedBefore = [
          ...releaseUnless(backend, returnedBefore, except(returned, survivors)),
          ...survivors,
        ];
      }
    }
  };
}

/** Those of `storages` that are not in `some`, which has the same order. */
function except(storages: readonly Storage[], some: readonly Storage[]): ReadonlySet<Storage> {
  let i = 0;
  const others = new Set<Storage>();
  for (const storage of storages) {
    if (storage === some[i]) i++;
    else others.add(storage);
  }
  return others;
}

/** Releases storages, except those in `wanted`, and returns these. */
function releaseUnless(
  backend: Backend,
  storages: readonly Storage[],
  wanted: ReadonlySet<Storage>,
): Storage[] {
  const rest: Storage[] = [];
  for (const storage of storages) {
    if (wanted.has(storage)) rest.push(storage);
    else backend.release?.(storage);
  }
  return rest;
}
