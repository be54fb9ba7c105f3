import type { GpuStorage } from "./buffers.ts";

/** Storages that are not computed yet, oldest first. Each refers to those beside it. */
export class LateList {
  /** The oldest. */
  first: GpuStorage | undefined;
  /** The number of storages. */
  size = 0;
  #last: GpuStorage | undefined;

  /** Appends a storage that is not in it. */
  add(storage: GpuStorage): void {
    const last = this.#last;
    storage.earlier = last;
    if (last === undefined) this.first = storage;
    else last.later = storage;
    this.#last = storage;
    this.size++;
  }

  /** Takes out a storage that is in it. */
  delete(storage: GpuStorage): void {
    const { earlier, later } = storage;
    if (earlier === undefined) this.first = later;
    else earlier.later = later;
    if (later === undefined) this.#last = earlier;
    else later.earlier = earlier;
    storage.earlier = storage.later = undefined;
    this.size--;
  }
}
