/** Memory that holds float32 numbers: a `Float32Array` on the CPU, a buffer's handle on a device. */
export interface Storage {
  /** How many numbers it holds. */
  readonly length: number;
}

/** A strided window into storage: element (i, j, ...) lies at offset + i·strides[0] + j·strides[1] + ... */
export interface View {
  /** What it looks into. */
  readonly storage: Storage;
  /** Where element (0, 0, ...) lies. */
  readonly offset: number;
  /** Its extent per axis. */
  readonly shape: readonly number[];
  /** The distance of neighbours per axis; may be 0 or negative. */
  readonly strides: readonly number[];
}
