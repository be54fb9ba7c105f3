/**
 * Files in and out: safetensors, which the Python libraries read and write too.
 *
 * @module
 */
export { readSafetensors, type Safetensors, writeSafetensors } from "./safetensors.ts";
