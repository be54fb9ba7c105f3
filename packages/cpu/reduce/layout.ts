// Where the parts of a reduction lie in the scratch memory.

/** Numbers in the largest block, 256 KiB. */
export const blockLength = 1 << 16;

/** Room after each part: kernels work on whole groups of 16 numbers. */
const margin = 64;

/** Starts of the parts, in numbers. */
export const places = {
  /** What is reduced. */
  source: 0,
  /** The result. */
  result: blockLength + margin,
  /** Sixteen partial sums. */
  lanes: 2 * (blockLength + margin),
} as const;
