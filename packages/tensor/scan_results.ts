// The tensors of a scan's results.
import type { Backend, ScanKernel, Shape, Storage } from "@spikeloop/backend";
import type { ScanState } from "./scan_setting.ts";
import { type TapeNode, Tensor, type TensorOptions } from "./tensor.ts";

const binaryOptions: TensorOptions = { binary: true };

/** The tensor of outputs. */
export function outputTensor(
  { binary }: ScanKernel,
  backend: Backend,
  out: Storage,
  shape: Shape,
  node: TapeNode | undefined,
): Tensor {
  if (node !== undefined) return new Tensor(backend, out, shape, { binary, node });
  return binary ? new Tensor(backend, out, shape, binaryOptions) : new Tensor(backend, out, shape);
}

function stateTensor(
  backend: Backend,
  storage: Storage,
  shape: Shape,
  node: TapeNode | undefined,
  slot: number,
): Tensor {
  return node === undefined
    ? new Tensor(backend, storage, shape)
    : new Tensor(backend, storage, shape, { node, slot });
}

/** The tensors of the state after a scan; as results of the node they follow its output. */
export function stateTensors(
  backend: Backend,
  state: readonly Storage[],
  lateral: Storage | undefined,
  shape: Shape,
  delay: number,
  node: TapeNode | undefined,
): ScanState {
  const values = new Array<Tensor>(state.length);
  for (let i = 0; i < state.length; i++) {
    values[i] = stateTensor(backend, state[i], shape, node, 1 + i);
  }
  return {
    values,
    lateral: lateral &&
      stateTensor(
        backend,
        lateral,
        delay === 1 ? shape : [delay, ...shape],
        node,
        1 + state.length,
      ),
  };
}
