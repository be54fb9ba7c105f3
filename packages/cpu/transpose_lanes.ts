import { type Code, i8x16, type Local } from "@spikeloop/expr/wasm";

/** Code that turns the rows in four v128 locals into columns, by way of four more. */
export function transposeLanes(v: readonly Local[], w: readonly Local[]): Code {
  // Interleaving lanes of (0, 2) and (1, 3), then of the results, turns rows into columns.
  const low = [0, 1, 2, 3, 16, 17, 18, 19, 4, 5, 6, 7, 20, 21, 22, 23];
  const high = low.map((lane) => lane + 8);
  const mix = (to: Local, lanes: readonly number[], x: Local, y: Local) =>
    to.set(i8x16.shuffle(x.get, y.get, lanes));
  return [
    ...mix(w[0], low, v[0], v[2]),
    ...mix(w[1], low, v[1], v[3]),
    ...mix(w[2], high, v[0], v[2]),
    ...mix(w[3], high, v[1], v[3]),
    ...mix(v[0], low, w[0], w[1]),
    ...mix(v[1], high, w[0], w[1]),
    ...mix(v[2], low, w[2], w[3]),
    ...mix(v[3], high, w[2], w[3]),
  ];
}
