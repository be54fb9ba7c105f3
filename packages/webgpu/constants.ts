// Bits of the specification. They are globals where WebGPU is built in, but not where it comes from a package.

/** What a buffer is for. */
export const bufferUsage = {
  mapRead: 0x1,
  copySource: 0x4,
  copyTarget: 0x8,
  uniform: 0x40,
  storage: 0x80,
} as const;

/** Mapping a buffer in order to read it. */
export const mapForReading = 0x1;

/** What only compute shaders see. */
export const computeStage = 0x4;
