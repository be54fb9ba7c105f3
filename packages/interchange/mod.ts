/**
 * Files in and out: safetensors, which the Python libraries read and write too, and checkpoints of PyTorch, which are
 * only read.
 *
 * @module
 */
export { type ReadOptions, readSafetensors, type Safetensors } from "./read_safetensors.ts";
export { type WriteOptions, writeSafetensors } from "./write_safetensors.ts";
export { readTorch, type TorchCheckpoint } from "./torch/read_torch.ts";
