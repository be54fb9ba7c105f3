import type { GpuStorage } from "./buffers.ts";
import type { Variant } from "./variant.ts";

/** A shader with its inputs and outputs. */
export interface Dispatch {
  /** For messages of the driver. */
  readonly label: string;
  /** Which shader it is, apart from the buffers of its inputs and outputs. */
  readonly variant: Variant;
  /** The storages that the shader reads. */
  readonly inputs: readonly GpuStorage[];
  /** The lengths of the storages that it writes. */
  readonly outputs: readonly number[];
  /** The uniforms after the offsets: unsigned integers, or floats through `floatBits`. */
  readonly uniforms: readonly number[];
  /** The number of workgroups along each axis. */
  readonly workgroups: readonly [number, number?, number?];
  /**
   * Prints the shader, given the name of every input's buffer, the number of buffers that it reads,
   * and the name of every output's buffer.
   */
  shader(sources: readonly string[], buffers: number, results: readonly string[]): string;
}
