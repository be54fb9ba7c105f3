// Bits of the specification. They are globals where WebGPU is built in, but not where it comes from
// a package.

/** The uses of a buffer. */
export const bufferUsage = {
  mapRead: 0x1,
  copySource: 0x4,
  copyTarget: 0x8,
  uniform: 0x40,
  storage: 0x80,
} as const;

/** The mode that maps a buffer for reading. */
export const mapForReading = 0x1;

/** The visibility of a binding to compute shaders alone. */
export const computeStage = 0x4;
