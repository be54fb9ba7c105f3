import { fail, refuse } from "@spikeloop/errors";
import type { Tensor } from "@spikeloop/tensor";

/** A list of numbers: an array, a Float32Array or a tensor on the CPU. */
export type Numbers = readonly number[] | Float32Array | Tensor;

/**
 * Rows of numbers: arrays, or a tensor on the CPU, [rows, columns] or [rows, 1, columns], as
 * populations return them for one row of a batch.
 */
export type Rows = readonly Numbers[] | Tensor;

/**
 * Whether a value is a tensor. A plot of arrays brings along no tensors, so their class is not
 * here to ask.
 */
export function isTensor(x: unknown): x is Tensor {
  return typeof (x as Partial<Tensor> | null | undefined)?.dataSync === "function";
}

/**
 * Returns the numbers of a list.
 *
 * @param count How many there must be, if that is fixed.
 * @throws {TypeError} if it is not a list of numbers, or one of another length.
 */
export function numbersOf(values: Numbers, what: string, count?: number): ArrayLike<number> {
  const action = `plot ${what}`;
  const numbers = isTensor(values) ? values.dataSync() : values;
  if (Array.isArray(numbers)) {
    const odd = numbers.findIndex((value) => typeof value !== "number"); // holes too
    if (odd >= 0) refuse(action, `element ${odd}`, numbers[odd], "a number");
  } else if (!(numbers instanceof Float32Array)) {
    refuse(action, "it", values, "an array, a Float32Array or a tensor");
  }
  const { length } = numbers;
  if (count !== undefined && length !== count) refuse(action, "its length", length, `${count}`);
  return numbers;
}

/**
 * Returns the rows of a table, all of one length.
 *
 * @throws {TypeError} if it is not a table of numbers.
 */
export function rowsOf(values: Rows, what: string): ArrayLike<number>[] {
  const action = `plot ${what}`;
  if (isTensor(values)) {
    const { shape } = values;
    const isSequence = shape.length === 3;
    if (shape.length !== 2 && !(isSequence && shape[1] === 1)) {
      const expected = "expected [rows, columns] or [rows, 1, columns]";
      const hint = isSequence ? "; slice(x, [0, n], [T, n + 1]) is row n of a batch [T, N, D]" : "";
      fail(action, `the tensor has shape [${shape.join(", ")}], ${expected}${hint}`);
    }
    const data = values.dataSync();
    const [rows, columns] = [shape[0], shape[shape.length - 1]];
    return Array.from({ length: rows }, (_, i) => data.subarray(i * columns, (i + 1) * columns));
  }
  if (!Array.isArray(values)) {
    refuse(action, "it", values, "rows of numbers or a tensor");
  }
  const rows = Array.from(values, (row, i) => numbersOf(row, `row ${i} of ${what}`));
  const odd = rows.findIndex((row) => row.length !== rows[0].length);
  if (odd > 0) {
    fail(action, `row ${odd} has length ${rows[odd].length}, row 0 has ${rows[0].length}`);
  }
  return rows;
}

/** Returns the smallest and the largest finite number; [0, 1] if there is none. */
export function extent(lists: readonly ArrayLike<number>[]): [number, number] {
  let [low, high] = [Infinity, -Infinity];
  for (const list of lists) {
    for (let i = 0; i < list.length; i++) {
      if (!Number.isFinite(list[i])) continue;
      low = Math.min(low, list[i]);
      high = Math.max(high, list[i]);
    }
  }
  return low <= high ? [low, high] : [0, 1];
}
