// The tensors of a scan's results.
import type { Backend, Shape, Storage } from "@spikeloop/backend";
import type { ScanState } from "./scan_setting.ts";
import { Tensor } from "./tensor.ts";

/**
 * The tensors of the state after a scan. As results of the operation at `place` they follow its
 * output.
 */
export function stateTensors(
  backend: Backend,
  state: readonly Storage[],
  lateral: Storage | undefined,
  shape: Shape,
  delay: number,
  place: number,
): ScanState {
  const count = state.length;
  const values = new Array<Tensor>(count);
  for (let i = 0; i < count; i++) {
    values[i] = new Tensor(backend, state[i], shape, false, place, 1 + i);
  }
  if (lateral === undefined) return { values, lateral };
  const currents = delay === 1 ? shape : [delay, ...shape];
  return { values, lateral: new Tensor(backend, lateral, currents, false, place, 1 + count) };
}
