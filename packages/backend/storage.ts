/**
 * Memory that holds float32 numbers: a `Float32Array` on the CPU, a buffer's handle on a device.
 */
export interface Storage {
  /** The number of float32 numbers. */
  readonly length: number;
}

/**
 * A strided window: element (i, j, ...) lies at offset + i·strides[0] + j·strides[1] + ...
 */
export interface Window {
  /** The index of element (0, 0, ...). */
  readonly offset: number;
  /** The extent per axis. */
  readonly shape: readonly number[];
  /** The distance of neighbours per axis; may be 0 or negative. */
  readonly strides: readonly number[];
}

/** A window into storage. */
export interface View extends Window {
  /** The storage. */
  readonly storage: Storage;
}
