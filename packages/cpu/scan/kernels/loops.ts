// The loops around the kernels: a tile's slabs, and a slab's time steps, forward and back.
import { ArgumentBlock, br, call, callNamed, i32, memory, namedFunc } from "@spikeloop/expr/wasm";
import { repeat, sequence, v128, when } from "@spikeloop/expr/wasm";
import type { Code, Func, Local } from "@spikeloop/expr/wasm";
import { gradientRows } from "@spikeloop/backend";
import { addRowsParams, collectParams } from "./gradient.ts";
import { pullParams } from "./pull.ts";
import { sendParams } from "./send.ts";
import { stepParams } from "./step.ts";
import { backStepParams } from "./step_pullback.ts";
import { once } from "../grouping.ts";

// Fields of the argument blocks. A stride is the distance in bytes from one time step to the next,
// 0 where a step writes over what it read; `arrayStride` is the one between arrays of states or
// parameters, `noiseStride` the one between sequences of noise. Kept values take the place of x.
const sequences = "x xStride out outStride noise noiseStride bits bitsStride";
const arrays = "state stateStride params arrayStride table list";
// A step sends `sendOffset` bytes past the current that it read.
const currents = "lateral lateralStride sendOffset";
// Of `forwardSteps` steps the first `sendSteps` send. The tile's rows are taken `slabRows` at a
// time; `slabBytes` lie from a slab to the next.
const extents = "forwardSteps sendSteps groups tileRows slabRows slabBytes unitBytes";
// `gx` holds the cotangents of outputs, then those of x in their place. The cotangent of the
// current that a step sends lies `gAhead` bytes past its x's; after the last step, only if
// `hasLast` is 1. Where there is none, `gPulled` holds -0, which changes nothing when added.
const cotangents = "gx gState gParams gAhead hasLast gPulled weight";
// `part` holds the sums over up to 64 rows, `gWeight` those of weights. They are added to `total`
// after every 64th row of the batch and the last one, if `closes` is 1.
const sums = "gWeight sets setsTo sumStride part total sumBytes closes";
// All steps, and the number of the one that has a pullback of its own, or 0; the row of the batch
// that comes next.
const rows = "steps lastStep row batch";

/** The arguments of `forward`, and the first of those of `backward`. */
export const forwardBlock = new ArgumentBlock(sequences, arrays, currents, extents);
export const backwardBlock = /* @__PURE__ */ new ArgumentBlock(
  sequences,
  arrays,
  currents,
  extents,
  cotangents,
  sums,
  rows,
);

export type ForwardArgs = typeof forwardBlock.index;

type BackField = keyof typeof backwardBlock.index;

// The functions of a module that loops call, by their places; a forward pass has those of `places`.
// A function is empty where it has nothing to do.
const places = { step: 0, send: 1, run: 2 };
const backPlaces = { backStep: 3, lastStep: 4, pull: 5, collect: 6, addRows: 7, merge: 8, back: 9 };

/** The parameters of `run` and `back`: the argument block, and which slab of the tile. */
export const slabParams = "at offset rows";

/** `run(at, offset, rows)`: runs a slab forward. */
export const run = /* @__PURE__ */ once((): Func => {
  const { fn, p } = namedFunc("run", slabParams);
  const { code, args } = forwardBlock.load(fn, p.at);
  const [t, next, bytes] = fn.localArray("i32", 3);
  const a = { ...args, rows: p.rows, bytes };
  return fn.emit(
    code,
    [a.x, a.out, a.state, a.lateral, a.noise].map((at) => at.increment(p.offset)),
    bytes.set(i32.mul(p.rows, a.unitBytes)),
    fn.loop(t, 0, a.forwardSteps, 1, [
      next.set(i32.add(a.state, a.stateStride)),
      callNamed(places.step, stepParams, { ...a, next }),
      when(
        i32.ltU(t, a.sendSteps),
        callNamed(places.send, sendParams, { ...a, lateral: i32.add(a.lateral, a.sendOffset) }),
      ),
      a.lateral.increment(a.lateralStride),
      a.x.increment(a.xStride),
      a.out.increment(a.outStride),
      a.state.set(next),
      a.noise.increment(a.xStride),
      a.bits.increment(a.bitsStride),
    ]),
  );
});

/**
 * `back(at, offset, rows)`: runs a slab forward again, then back, the last step first.
 *
 * @param sums The slots, among the wanted parameters, whose gradients are summed over time and
 * batch.
 */
export function back(sums: readonly number[]): Func {
  const { fn, p } = namedFunc("back", slabParams);
  const { code, args } = backwardBlock.load(fn, p.at);
  const [remaining, before, bytes] = fn.localArray("i32", 3);
  const a = { ...args, rows: p.rows, bytes };
  // Each with the stride to the step before.
  const moving: readonly (readonly [Local, Local])[] = [
    [a.x, a.xStride],
    [a.out, a.outStride],
    [a.state, a.stateStride],
    [a.bits, a.bitsStride],
    [a.lateral, a.lateralStride],
    [a.noise, a.xStride],
    [a.gx, a.xStride],
  ];
  /** The cotangents of the current that a step sent. */
  const g = i32.add(a.gx, a.gAhead);
  const pullBack = callNamed(backPlaces.pull, pullParams, { ...a, g });
  const addWeights = callNamed(backPlaces.collect, collectParams, { ...a, g, gradient: a.gWeight });
  const stepBack = (place: number) => callNamed(place, backStepParams, a);
  const arrayAt = (base: Local, stride: Local, i: number) => i32.add(base, i32.mul(stride, i));
  const addParams = sums.map((i, to) =>
    callNamed(backPlaces.addRows, addRowsParams, {
      from: arrayAt(a.gParams, a.arrayStride, i),
      to: arrayAt(a.part, a.sumStride, to),
      rows: a.rows,
      bytes: a.unitBytes,
    })
  );
  return fn.emit(
    call(places.run, p.at, p.offset, p.rows),
    code,
    [a.x, a.out, a.state, a.lateral, a.noise, a.gx, a.gState, a.gParams].map((at) =>
      at.increment(p.offset)
    ),
    bytes.set(i32.mul(p.rows, a.unitBytes)),
    before.set(i32.sub(a.steps, 1)),
    moving.map(([at, stride]) => at.increment(i32.mul(before, stride))),
    when(a.hasLast, pullBack, [
      fn.loop(remaining, 0, a.bytes, 16, v128.store(i32.add(a.gPulled, remaining), -0)),
    ]),
    remaining.set(a.steps),
    repeat(
      when(
        i32.eq(remaining, a.lastStep),
        stepBack(backPlaces.lastStep),
        stepBack(backPlaces.backStep),
      ),
      addParams,
      when(a.hasLast, addWeights),
      remaining.increment(-1),
      when(remaining, [
        ...moving.map(([at, stride]) => at.set(i32.sub(at, stride))),
        pullBack,
        a.hasLast.set(1),
        br(1),
      ]),
    ),
  );
}

/**
 * `name(at)`: calls the function at a place for each slab of the tile, and runs `after`. The first
 * fields of `backward` are those of `forward`.
 */
function forSlabs(
  name: "forward" | "backward",
  place: number,
  after: (at: Local, rows: Local, fn: Func) => Code,
): Func {
  const { fn, p: { at } } = namedFunc(name, "at");
  const [remaining, rows, offset] = fn.localArray("i32", 3);
  const closing = after(at, rows, fn);
  return fn.emit(
    remaining.set(forwardBlock.read(at, "tileRows")),
    fn.whileTrue(remaining, [
      rows.set(forwardBlock.read(at, "slabRows")),
      when(i32.ltU(remaining, rows), rows.set(remaining)),
      call(place, at, offset, rows),
      remaining.set(i32.sub(remaining, rows)),
      offset.increment(forwardBlock.read(at, "slabBytes")),
      closing,
    ]),
  );
}

/** `forward(at)`: runs a tile forward. */
export const forward = /* @__PURE__ */ once((): Func => forSlabs("forward", places.run, () => []));

/** `backward(at)`: runs a tile forward and back, and closes sums. */
export const backward = /* @__PURE__ */ once((): Func =>
  forSlabs("backward", backPlaces.back, (at, rows, fn) => {
    const row = fn.local("i32");
    const read = (name: BackField) => backwardBlock.read(at, name);
    const ends = i32.or(i32.eqz(i32.and(row, gradientRows - 1)), i32.eq(row, read("batch")));
    return sequence(
      row.set(i32.add(read("row"), rows)),
      backwardBlock.write(at, "row", row),
      when(i32.and(read("closes"), ends), [
        call(backPlaces.merge, read("sets"), read("setsTo"), read("groups")),
        when(
          i32.sub(read("total"), read("part")),
          [
            callNamed(backPlaces.addRows, addRowsParams, {
              from: read("part"),
              to: read("total"),
              rows: 1,
              bytes: read("sumBytes"),
            }),
            memory.fill(read("part"), 0, read("sumBytes")),
          ],
        ),
      ]),
    );
  })
);
