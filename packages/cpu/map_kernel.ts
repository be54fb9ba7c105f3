import { Func, i32, instantiate, printSimd, v128, type WasmFunction } from "@spikeloop/expr/wasm";
import type { MapKernel } from "@spikeloop/backend";
import { freeLength, scratch } from "./scratch.ts";

/** The most numbers a tile holds: three of them fit the first cache or nearly so. */
const longestTile = 4096;

/**
 * An elementwise kernel as compiled code. Its slots, inputs first, lie `stride` numbers apart in the scratch memory. Of
 * an input that is the same everywhere only the first number is read.
 */
export interface CompiledMap {
  /** The inputs that are the same everywhere, as a bit mask. */
  readonly constant: number;
  /** Computes the first so many bytes, a multiple of 16, of every output. */
  readonly run: WasmFunction;
  /** Numbers between the starts of neighbouring slots. */
  readonly stride: number;
  /** The most numbers it computes at once. */
  readonly tile: number;
  /** How many inputs it has. */
  readonly inputs: number;
  /** How many outputs. */
  readonly outputs: number;
  /** How many numbers the views hold. */
  viewed: number;
  /** One view per output of the numbers that a call leaves, kept for the next call of the same size. */
  readonly views: Float32Array[];
}

/**
 * Compiles an elementwise kernel for inputs of which those in the bit mask `constant` are the same everywhere.
 *
 * @throws {RangeError} if it has so many slots that the scratch memory cannot hold four numbers of each.
 */
export function compileMap({ inputs, outputs }: MapKernel, constant: number): CompiledMap {
  const slots = inputs.length + outputs.length;
  // Slots are set off against each other by a line of the cache, so that they don't compete for the same places in it.
  const tile = Math.min(longestTile, (Math.floor(freeLength / 2 / slots) - 16) & ~15);
  if (tile < 16) {
    throw new RangeError(
      `Cannot compile an elementwise kernel of ${slots} inputs and outputs: that is too many`,
    );
  }
  const stride = tile + 16;
  const fn = new Func("run", ["i32"]);
  const at = fn.local("i32");
  const read = inputs.map(() => fn.local("v128"));
  const { code, values } = printSimd(fn, outputs, (name) => read[inputs.indexOf(name)].get);
  const [once, each] = [true, false].map((same) =>
    read.flatMap((local, i) => {
      const place = 4 * stride * i;
      if (isConstant(constant, i) !== same) return [];
      return local.set(same ? v128.load32Splat(i32.const(place)) : v128.load(at.get, place));
    })
  );
  fn.emit(
    once,
    fn.loop(at, 0, fn.param(0).get, 16, [
      each,
      code,
      ...values.map((value, i) => v128.store(at.get, value, 4 * stride * (inputs.length + i))),
    ]),
  );
  const { run } = instantiate([fn], scratch().memory);
  return {
    constant,
    run,
    stride,
    tile,
    inputs: inputs.length,
    outputs: outputs.length,
    viewed: -1,
    views: [],
  };
}

/** Whether input `slot` is one of those in the mask, which has room for 31 of them. */
export function isConstant(constant: number, slot: number): boolean {
  return slot < 31 && (constant >> slot & 1) === 1;
}

/** The bytes that `count` numbers take, rounded up to whole vectors. */
export function vectorBytes(count: number): number {
  return (count + 3 & ~3) << 2;
}
