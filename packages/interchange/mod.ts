/**
 * Files in and out: safetensors, which the Python libraries read and write too, and PyTorch's own files, in.
 *
 * @module
 */
export { type ReadOptions, readSafetensors, type Safetensors } from "./read_safetensors.ts";
export { type WriteOptions, writeSafetensors } from "./write_safetensors.ts";
