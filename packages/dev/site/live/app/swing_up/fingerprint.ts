import type { ActorParams } from "@spikeloop/training";

/**
 * A short text that differs where a bit of the parameters differs: the hash FNV-1a of all of them,
 * in the order of their names.
 */
export function fingerprint(params: ActorParams): string {
  let hash = 0x811c9dc5;
  for (const name of Object.keys(params).sort()) {
    const { buffer, byteOffset, byteLength } = params[name].dataSync();
    for (const byte of new Uint8Array(buffer, byteOffset, byteLength)) {
      hash = Math.imul(hash ^ byte, 0x01000193);
    }
  }
  return (hash >>> 0).toString(16).padStart(8, "0");
}
