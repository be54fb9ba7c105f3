import { type Code, f32, f32x4, Func, i32, type Local, v128 } from "@spikeloop/expr/wasm";
import { tables } from "../scratch.ts";
import { places } from "./layout.ts";

const bytes = (count: Code) => i32.shl(count, i32.const(2));

/** The sum of 16 lanes: those 8 apart, then 4, 2 and 1 apart are added. */
function sumOfLanes(sums: readonly Local[], quarter: Local): Code {
  const lane = (i: number) => f32x4.extractLane(quarter.get, i);
  return [
    ...quarter.set(
      f32x4.add(f32x4.add(sums[0].get, sums[2].get), f32x4.add(sums[1].get, sums[3].get)),
    ),
    ...f32.add(f32.add(lane(0), lane(2)), f32.add(lane(1), lane(3))),
  ];
}

const addTo = (sums: readonly Local[], at: Code): Code[] =>
  sums.map((s, i) => s.set(f32x4.add(s.get, v128.load(at, 16 * i))));

/** sumRows(source, rows, count, result): the sum of each of `rows` rows of `count` numbers, one row after another. */
export function sumRowsKernel(): Func {
  const fn = new Func("sumRows", ["i32", "i32", "i32", "i32"]);
  const [source, rows, count, result] = [0, 1, 2, 3].map((i) => fn.param(i));
  const [row, at, rest, mask] = fn.localArray("i32", 4);
  const sums = fn.localArray("v128", 4);
  const quarter = fn.local("v128");
  const masked = (i: number) => v128.and(v128.load(rest.get, 16 * i), v128.load(mask.get, 16 * i));
  fn.emit(
    mask.set(i32.sub(i32.const(4 * tables.masks + 64), bytes(i32.and(count.get, i32.const(15))))),
    fn.loop(row, 0, rows.get, 1, [
      ...sums.map((s) => s.set(f32x4.const(0))),
      rest.set(i32.add(source.get, bytes(i32.and(count.get, i32.const(-16))))),
      fn.loop(at, source.get, rest.get, 64, addTo(sums, at.get)),
      ...sums.map((s, i) => s.set(f32x4.add(s.get, masked(i)))),
      f32.store(i32.add(result.get, bytes(row.get)), sumOfLanes(sums, quarter)),
      source.set(i32.add(source.get, bytes(count.get))),
    ]),
  );
  return fn;
}

/** addToLanes(source, bytes): adds numbers, a multiple of 16, to the partial sums. */
export function addToLanesKernel(): Func {
  const fn = new Func("addToLanes", ["i32", "i32"]);
  const at = fn.local("i32");
  const sums = fn.localArray("v128", 4);
  const lanes = i32.const(4 * places.lanes);
  fn.emit(
    ...sums.map((s, i) => s.set(v128.load(lanes, 16 * i))),
    fn.loop(
      at,
      fn.param(0).get,
      i32.add(fn.param(0).get, fn.param(1).get),
      64,
      addTo(sums, at.get),
    ),
    ...sums.map((s, i) => v128.store(lanes, s.get, 16 * i)),
  );
  return fn;
}

/** sumLanes(result): the sum of the partial sums. */
export function sumLanesKernel(): Func {
  const fn = new Func("sumLanes", ["i32"]);
  const sums = fn.localArray("v128", 4);
  const quarter = fn.local("v128");
  fn.emit(
    ...sums.map((s, i) => s.set(v128.load(i32.const(4 * places.lanes), 16 * i))),
    f32.store(fn.param(0).get, sumOfLanes(sums, quarter)),
  );
  return fn;
}

/**
 * sumColumns(source, outer, axis, inner, result, resume): sums the middle axis of [outer, axis, inner], in ascending
 * order; where `resume` is not 0 (outer must be 1) it adds to what the result holds. It writes whole groups of 16.
 */
export function sumColumnsKernel(): Func {
  const fn = new Func("sumColumns", ["i32", "i32", "i32", "i32", "i32", "i32"]);
  const [source, outer, axis, inner, result, resume] = [0, 1, 2, 3, 4, 5].map((i) => fn.param(i));
  const [o, column, at, end, stride, to] = fn.localArray("i32", 6);
  const sums = fn.localArray("v128", 4);
  // Starting anew, partial sums are cleared by a mask.
  const keep = fn.local("v128");
  fn.emit(
    keep.set(
      v128.load(i32.add(i32.const(4 * tables.masks + 64), i32.mul(resume.get, i32.const(-64)))),
    ),
    stride.set(bytes(inner.get)),
    fn.loop(o, 0, outer.get, 1, [
      fn.loop(column, 0, inner.get, 16, [
        to.set(i32.add(result.get, bytes(column.get))),
        ...sums.map((s, i) => s.set(v128.and(keep.get, v128.load(to.get, 16 * i)))),
        end.set(i32.add(i32.add(source.get, bytes(column.get)), i32.mul(axis.get, stride.get))),
        fn.loop(
          at,
          i32.add(source.get, bytes(column.get)),
          end.get,
          stride.get,
          addTo(sums, at.get),
        ),
        ...sums.map((s, i) => v128.store(to.get, s.get, 16 * i)),
      ]),
      source.set(i32.add(source.get, i32.mul(axis.get, stride.get))),
      result.set(i32.add(result.get, stride.get)),
    ]),
  );
  return fn;
}
