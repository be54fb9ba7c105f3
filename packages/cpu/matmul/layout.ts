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
  /** For each row of the left block, where its numbers other than 0 are. */
  lists: part(4),
  /** These numbers. */
  numbers: part(5),
  /** How many each row has. */
  counts: part(6),
  /** The bias, which is added to every row of the product. */
  bias: part(6) + blockLength / 2,
} as const;
