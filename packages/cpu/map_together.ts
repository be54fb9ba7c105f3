import type { MapKernel, Storage, TogetherOperand } from "@spikeloop/backend";
import { allocate } from "./allocate.ts";
import { executableFor, vectorBytes } from "./map.ts";
import { borrow } from "./source.ts";
import { copy, slotsAt, staging } from "./staging.ts";

/** Numbers that lie one after another in one buffer. */
interface Run {
  data: Float32Array;
  /** Its place among the numbers of all maps. */
  readonly from: number;
}

/** Storages, one after another; neighbours in a buffer, as an earlier call left them, are one. */
function runsOf(storages: readonly Storage[]): Run[] {
  const runs: Run[] = [];
  let from = 0;
  for (const storage of storages) {
    const data = borrow(storage);
    const last = runs.at(-1);
    if (
      last !== undefined && last.data.buffer === data.buffer &&
      last.data.byteOffset + last.data.byteLength === data.byteOffset
    ) {
      const { buffer, byteOffset } = last.data;
      last.data = new Float32Array(buffer, byteOffset, last.data.length + data.length);
    } else runs.push({ data, from });
    from += data.length;
  }
  return runs;
}

/**
 * One pass of an elementwise kernel over several sets of operands that are not stretched, such as
 * the tensors of all layers. Returns of each output the results, which lie one after another.
 *
 * @param lengths The numbers of each set's operands.
 */
export function cpuMapTogether(
  kernel: MapKernel,
  operands: readonly TogetherOperand[],
  lengths: readonly number[],
): Float32Array[][] {
  const total = lengths.reduce((sum, n) => sum + n, 0);
  const constant = operands.reduce<number>(
    (mask, operand, slot) => typeof operand === "number" ? mask | 1 << slot : mask,
    0,
  );
  const { run, stride, tile, inputs } = executableFor(kernel, constant);
  const { floats } = staging();
  const runs = operands.map((operand) => typeof operand === "number" ? [] : runsOf(operand));
  /** The run of each slot that the next tile starts in. */
  const at = operands.map(() => 0);
  const results = kernel.outputs.map(() => allocate(total));
  operands.forEach((operand, slot) => {
    if (typeof operand === "number") floats[slotsAt + slot * stride] = operand;
  });
  for (let start = 0; start < total; start += tile) {
    const end = Math.min(start + tile, total);
    for (let slot = 0; slot < inputs; slot++) {
      for (let from = start; runs[slot].length > 0 && from < end;) {
        const { data, from: first } = runs[slot][at[slot]];
        const count = Math.min(end, first + data.length) - from;
        copy(data, from - first, count, floats, slotsAt + slot * stride + from - start);
        from += count;
        if (from === first + data.length) at[slot]++;
      }
    }
    run(vectorBytes(end - start));
    results.forEach((to, i) => {
      copy(floats, slotsAt + (inputs + i) * stride, end - start, to, start);
    });
  }
  return results.map((all) => {
    let from = 0;
    return lengths.map((length) => all.subarray(from, from += length));
  });
}
