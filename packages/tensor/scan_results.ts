// The tensors of a scan's results.
import type { Backend, ScanResult, Shape } from "@spikeloop/backend";
import { lateralShape, type ScanStateBuffer } from "./scan_setting.ts";
import { Tensor } from "./tensor.ts";

/**
 * Writes the tensors of the state after a scan. As results of the operation at `tapeIndex` they
 * follow its output.
 */
export function writeState(
  into: ScanStateBuffer,
  backend: Backend,
  { state, lateral }: ScanResult,
  shape: Shape,
  delay: number,
  tapeIndex: number,
): void {
  const count = state.length;
  for (let i = 0; i < count; i++) {
    into.values[i] = new Tensor(backend, state[i], shape, false, tapeIndex, 1 + i);
  }
  if (lateral === undefined) return;
  const currents = lateralShape(delay, shape);
  into.lateral = new Tensor(backend, lateral, currents, false, tapeIndex, 1 + count);
}
