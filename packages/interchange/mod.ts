/**
 * Readers and writers of files: safetensors and graphs in the Neuromorphic Intermediate
 * Representation (NIR), both as the Python libraries write them, and readers of PyTorch's
 * checkpoints.
 *
 * @module
 */
export type { ReadOptions } from "./reading.ts";
export { readSafetensors, type Safetensors } from "./read_safetensors.ts";
export { type WriteOptions, writeSafetensors } from "./write_safetensors.ts";
export { restore, type RestoreOptions } from "./restore.ts";
export { readTorch, type TorchCheckpoint } from "./torch/read_torch.ts";
export { readNir } from "./nir/read_nir.ts";
export { writeNir } from "./nir/write_nir.ts";
export type {
  NirAffine,
  NirCubaLI,
  NirCubaLIF,
  NirDelay,
  NirFlatten,
  NirGraph,
  NirI,
  NirIF,
  NirInput,
  NirLI,
  NirLIF,
  NirLinear,
  NirMetadata,
  NirNode,
  NirNodeBase,
  NirOutput,
  NirScale,
  NirThreshold,
} from "./nir/nodes.ts";
export { neuronFromNir, type NirNeuron } from "./nir/neuron_from_nir.ts";
export { exactCubaLif } from "./nir/exact_cuba_lif.ts";
export { neuronToNir, type NirWriting } from "./nir/neuron_to_nir.ts";
export type { NirStepping } from "./nir/stepping.ts";
