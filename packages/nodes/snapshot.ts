// The contents of objects, remembered and put back.
import { isRecord } from "@spikeloop/errors";
import { Tensor } from "@spikeloop/tensor";

/** Objects with copies of their contents. */
export type Snapshot = ReadonlyMap<object, unknown>;

/** An object that saves and restores itself, as nodes do. */
interface SavesItself {
  saveState(): unknown;
  restoreState(saved: unknown): void;
}

function savesItself(x: unknown): x is SavesItself {
  return typeof (x as Partial<SavesItself> | null | undefined)?.saveState === "function";
}

/** The roots of snapshots in progress: two nodes may refer to each other. */
const inProgress = new Set<unknown>();

/**
 * Remembers the own fields of an object, and the contents of the arrays, typed arrays, plain
 * records, Maps, Sets and nodes that are reached from there.
 */
export function takeSnapshot(root: object): Snapshot {
  const snapshot = new Map<unknown, unknown>();
  const add = (x: unknown, copy: object | undefined): void => {
    if (copy === undefined) return;
    snapshot.set(x, copy);
    for (const part of partsOf(copy)) {
      if (snapshot.has(part) || inProgress.has(part)) continue;
      if (savesItself(part)) snapshot.set(part, part.saveState());
      else add(part, copyOf(part));
    }
  };
  inProgress.add(root);
  try {
    add(root, { ...root });
  } finally {
    inProgress.delete(root);
  }
  return snapshot as Map<object, unknown>;
}

/** A copy of what an object holds, one level deep; nothing if it is of another kind. */
function copyOf(x: unknown): object | undefined {
  if (Array.isArray(x) || isTypedArray(x)) return x.slice();
  if (x instanceof Map) return new Map(x);
  if (x instanceof Set) return new Set(x);
  return isRecord(x) ? { ...x } : undefined;
}

function isTypedArray(x: unknown): x is Float32Array {
  return ArrayBuffer.isView(x) && "slice" in x;
}

function partsOf(x: unknown): Iterable<unknown> {
  if (x instanceof Map) return [...x].flat();
  if (x instanceof Set || Array.isArray(x)) return x;
  return isRecord(x) ? Object.values(x) : [];
}

/** Puts back what was remembered, into the same objects. */
export function restoreSnapshot(root: object, snapshot: Snapshot): void {
  for (const [x, copy] of snapshot) {
    if (x !== root && savesItself(x)) x.restoreState(copy);
    else putBack(x, copy);
  }
}

function putBack(x: object, copy: unknown): void {
  if (x instanceof Map || x instanceof Set) {
    x.clear();
    for (const part of copy as Iterable<[unknown, unknown]>) {
      if (x instanceof Map) x.set(...part);
      else x.add(part);
    }
  } else if (isTypedArray(x)) x.set(copy as Float32Array);
  else {
    for (const key of Object.keys(x)) {
      if (!Object.hasOwn(copy as object, key)) Reflect.deleteProperty(x, key);
    }
    for (const key of Reflect.ownKeys(copy as object)) { // of an array, its length too
      const value = Reflect.get(copy as object, key);
      // A field that did not change may be read-only.
      if (!Object.is(Reflect.get(x, key), value)) Reflect.set(x, key, value);
    }
  }
}

/** The tensors in a value, and in the arrays, records, Maps and Sets that it holds. */
export function tensorsIn(value: unknown): readonly Tensor[] {
  const seen = new Set<unknown>([value]);
  // A Set hands out what is added during the loop too.
  for (const x of seen) for (const part of partsOf(x)) seen.add(part);
  return [...seen].filter((x) => x instanceof Tensor);
}
