import { Func, i32, instantiate, printSimd, v128 } from "@spikeloop/expr/wasm";
import type { MapKernel } from "@spikeloop/backend";
import { fail } from "@spikeloop/errors";
import { freeLength, slotsAt, staging } from "./staging.ts";

/** The most numbers of a tile: three of them fit the first cache or nearly so. */
const longestTile = 4096;

/** A cache line in numbers, by which slots are set off, so that they don't compete for it. */
const offset = 16;

/**
 * Compiles an elementwise kernel for inputs of which those in the bit mask `constant` are the same
 * everywhere. Slots in the mask `direct` lie elsewhere in the memory, at addresses that `run` gets.
 *
 * @throws {RangeError} if the staging memory cannot hold four numbers of each of its slots.
 */
export function compileMap({ inputs, outputs }: MapKernel, constant: number, direct: number) {
  const slots = inputs.length + outputs.length;
  const tile = Math.min(longestTile, (Math.floor((freeLength - slotsAt) / slots) - offset) & ~15);
  if (tile < 16) {
    const action = `compile an elementwise kernel of ${slots} inputs and outputs`;
    fail(action, "that is too many", RangeError);
  }
  const stride = tile + offset;
  const slotAt = (slot: number) => 4 * (slotsAt + stride * slot);
  const isDirect = Array.from({ length: slots }, (_, slot) => isInMask(direct, slot));
  const fn = new Func("run", 1 + isDirect.filter(Boolean).length);
  const [bytes, ...addresses] = fn.params;
  const at = fn.local("i32");
  const places = isDirect.map((is, slot) =>
    is ? [i32.add(at, addresses.shift() ?? 0), 0] as const : [at, slotAt(slot)] as const
  );
  const read = fn.localArray("v128", inputs.length);
  const { code, values } = printSimd(fn, outputs, (name) => read[inputs.indexOf(name)].get);
  const [once, each] = [true, false].map((same) =>
    read.flatMap((x, i) => {
      if (isInMask(constant, i) !== same) return [];
      return x.set(same ? v128.load32Splat(slotAt(i)) : v128.load(places[i][0], places[i][1]));
    })
  );
  fn.emit(
    once,
    fn.loop(at, 0, bytes, 16, [
      each,
      code,
      ...values.map((value, i) => {
        const [address, offset] = places[inputs.length + i];
        return v128.store(address, value, offset);
      }),
    ]),
  );
  return {
    constant,
    direct,
    /**
     * run(bytes, ...addresses): computes the first so many bytes, a multiple of 16, of all outputs.
     */
    run: instantiate([fn], staging().memory).run,
    /** Numbers between the starts of neighbouring slots. */
    stride,
    /** The most numbers that it computes at once. */
    tile,
    inputs: inputs.length,
    /** One view per output of the numbers that a call leaves, for the next of the same size. */
    views: [] as Float32Array[],
  };
}

/**
 * An elementwise kernel as compiled code. Its slots, inputs first, lie in the staging memory. Of an
 * input that is the same everywhere only the first number is read.
 */
export type MapExecutable = ReturnType<typeof compileMap>;

/** Whether a slot is one of those in the mask, which has room for 31 of them. */
export function isInMask(mask: number, slot: number): boolean {
  return slot < 31 && (mask >> slot & 1) === 1;
}
