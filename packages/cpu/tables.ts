// Tables at the end of the staging memory. Kernels that look them up have them written first: other
// programs bundle none.

/** Where the table of lanes begins, in numbers: at `freeLength`. */
export const lanesAt: number = 524_192;

/** Where the masks begin, in numbers: 64 later. */
export const masksAt: number = 524_256;

/** Writes for each of the 16 sets of four lanes, as a bit mask: 4 times the number of each lane. */
export function writeLanes({ buffer }: Float32Array): void {
  const words = new Int32Array(buffer, 4 * lanesAt, 64);
  for (let set = 0; set < 16; set++) {
    const lanes = [0, 1, 2, 3].filter((lane) => set >> lane & 1);
    lanes.forEach((lane, i) => words[4 * set + i] = 4 * lane);
  }
}

/** Writes 16 words of ones before 16 of zeros: from 16 - r on, the mask of the first r of 16. */
export function writeMasks({ buffer }: Float32Array): void {
  new Int32Array(buffer, 4 * masksAt, 16).fill(-1);
}
