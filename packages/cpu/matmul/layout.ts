import { regionLength, regionsStart } from "../staging.ts";

// Where the parts of one block of a matrix product lie in the staging memory.
/** Columns of a panel. The right factor is packed as panels [k, 16], one after another. */
export const panelWidth = 16;

/** Numbers in the largest block of a factor or of the product, 256 KiB. */
export const blockLength: number = 1 << 16;

/** Room after each part: kernels read, and transpositions write, a few vectors past the end. */
const margin = 1 << 12;

const part = (i: number) => i * (blockLength + margin);

/** Starts of the parts, in numbers. */
export const places = {
  /** A factor before it is packed or transposed; the product after it is transposed. */
  raw: part(0),
  /** The left factor's block, row-major. */
  left: part(1),
  /** The right factor's block, packed as panels or row-major. */
  right: part(2),
  /** The product's block, row-major. */
  product: part(3),
  /** See `scratch`. */
  scratch: part(4),
  /** The bias, which is added to every row of the product. */
  bias: part(5) + blockLength / 2,
} as const;

/** Where threads write what they compute, in numbers. */
export interface Region {
  /** The product's block, row-major. */
  readonly product: number;
  /** The product after it is transposed. */
  readonly moved: number;
  readonly scratch: number;
}

/** Numbers in the largest block of a product in a worker's region, or in its lists. */
export const regionBlock: number = blockLength / 4;

const ownRegion: Region = { product: places.product, moved: places.raw, scratch: places.scratch };

/** The region of this thread, 0, or of a worker's mailbox. */
export function regionOf(index: number): Region {
  if (index === 0) return ownRegion;
  const product = regionsStart + (index - 1) * regionLength;
  const room = regionBlock + margin;
  return { product, moved: product + room, scratch: product + 2 * room };
}

/**
 * Bytes of a scratch area: of the last, incomplete columns of a tile; then follow the counts, how
 * many numbers other than 0 each row of the left block has, and where they are, row by row.
 */
export const tailBytes = 128;
