import type { GpuStorage } from "./buffers.ts";
import type { Dispatch } from "./commands.ts";

/** A shader with its inputs and outputs. */
export interface Job extends Pick<Dispatch, "uniforms" | "workgroups"> {
  /** For messages of the driver. */
  readonly label: string;
  /** Distinguishes the shader from others with the same label, apart from the inputs' buffers. */
  readonly key: string;
  /** The storages that the shader reads. */
  readonly inputs: readonly GpuStorage[];
  /** The lengths of the storages that it writes, all in one buffer. */
  readonly outputs: readonly number[];
  /** Prints the shader, given the name of every input's buffer and the number of buffers. */
  shader(places: readonly string[], buffers: number): string;
}
