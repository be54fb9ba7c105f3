import type { GpuStorage, PooledBuffer } from "./buffers.ts";
import type { Commands } from "./commands.ts";

/** The parts of a device that copies need. */
interface Copier {
  readonly commands: Commands;
  allocate(lengths: readonly number[]): GpuStorage[];
}

/**
 * Inputs from more than `limit` buffers, in so many: the smallest are copied side by side.
 *
 * @returns The inputs, and those of them that are copies.
 */
export function fitBuffers(
  copier: Copier,
  inputs: readonly GpuStorage[],
  limit: number,
): [readonly GpuStorage[], readonly GpuStorage[]] {
  const buffers = [...new Set(inputs.map((s) => s.buffer))];
  const sizeOf = (buffer: PooledBuffer) =>
    inputs.reduce((n, s) => s.buffer === buffer ? n + s.length : n, 0);
  const small = new Set(
    buffers.sort((a, b) => sizeOf(a) - sizeOf(b)).slice(0, buffers.length - limit + 1),
  );
  const moved = inputs.filter((s, i) => small.has(s.buffer) && inputs.indexOf(s) === i);
  const copies = copier.allocate(moved.map((s) => s.length));
  moved.forEach((s, i) => copier.commands.copy(s, copies[i]));
  return [inputs.map((s) => small.has(s.buffer) ? copies[moved.indexOf(s)] : s), copies];
}
