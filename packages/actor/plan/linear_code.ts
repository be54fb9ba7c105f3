// Weighted sums, in the order of `matmul` and of sums of contiguous numbers.
import { type Code, extractLane, f32, f32x4, i32, i32x4, times, v128 } from "@spikeloop/expr/wasm";
import { align, type Numbers, type PartOf, passVectors, type RowCode } from "./row_code.ts";
import { transposeInto } from "./transpose_into.ts";

/** The code of a linear layer. Behind spikes it adds the rows of weights of those alone. */
export function linearCode(code: RowCode, x: Numbers, part: PartOf<"linear">): Numbers {
  const { fn, phases, allocate } = code;
  const [units, inputs] = part.weight.shape;
  const width = align(units, 16);
  const [weight, bias, y] = [allocate(inputs * width), allocate(width), allocate(width)];
  code.fill<"linear">((part, memory) => {
    transposeInto(memory, weight / 4, width, part.weight.dataSync(), inputs, units);
    if (part.bias !== undefined) memory.set(part.bias.dataSync(), bias / 4);
  });
  const { list } = x;
  const product = x.binary ? v128.and : f32x4.mul;
  const [source, row] = fn.localArray("i32", 2);
  const factor = fn.local("v128");
  const number = v128.load32Splat(source, x.address);
  for (let from = 0; from < width; from += 4 * passVectors) {
    const sums = fn.localArray("v128", Math.min(passVectors, (width - from) / 4));
    const column = (v: number) => 4 * from + 16 * v;
    const weightOf = (v: number) => v128.load(row, weight + column(v));
    phases[x.phase].push(
      ...sums.map((sum) => sum.set(0)),
      ...list !== undefined
        ? [fn.loop(source, list.address, list.end, 4, [
          row.set(i32.mul(i32.load(source), 4 * width)),
          ...sums.map((sum, v) => sum.set(f32x4.add(sum, weightOf(v)))),
        ])]
        : [
          row.set(0),
          fn.loop(source, 0, 4 * inputs, 4, [
            factor.set(x.binary ? f32x4.ne(number, 0) : number),
            ...sums.map((sum, v) => sum.set(f32x4.add(sum, product(factor, weightOf(v))))),
            row.increment(4 * width),
          ]),
        ],
      ...sums.map((sum, v) => {
        const total = part.bias === undefined
          ? sum.get
          : f32x4.add(sum, v128.load(0, bias + column(v)));
        return v128.store(0, total, y + column(v));
      }),
    );
  }
  return { address: y, units, phase: x.phase, binary: false };
}

/** The code of one sum of products per group. */
export function groupsCode(code: RowCode, x: Numbers, part: PartOf<"groups">): Numbers {
  const { fn, phases, allocate } = code;
  const units = part.bias.size;
  const group = x.units / units;
  const row = align(group, 16);
  const [weight, bias, y] = [allocate(units * row), allocate(units), allocate(units)];
  code.fill<"groups">((part, memory) => {
    const weights = part.weight.dataSync();
    for (let g = 0; g < units; g++) {
      memory.set(weights.subarray(g * group, (g + 1) * group), weight / 4 + g * row);
    }
    memory.set(part.bias.dataSync(), bias / 4);
  });
  const [source, weightAt, to] = fn.localArray("i32", 3);
  const lanes = fn.localArray("v128", 4);
  const quarter = fn.local("v128");
  const lane = (i: number) => extractLane.f32x4(quarter, i);
  const addProduct = (v: number): Code => {
    const numbers = v128.load(source, 16 * v);
    // The numbers after a group may not be finite, so that not even 0 times them is 0.
    const own = [0, 1, 2, 3].map((i) => 4 * v + i < group ? -1 : 0);
    const product = f32x4.mul(
      own.includes(0) ? v128.and(numbers, i32x4.const(...own)) : numbers,
      v128.load(weightAt, 16 * v),
    );
    return lanes[v % 4].set(f32x4.add(lanes[v % 4], product));
  };
  phases[x.phase].push(
    weightAt.set(weight),
    to.set(0),
    fn.loop(source, x.address, x.address + 4 * x.units, 4 * group, [
      ...lanes.map((sum) => sum.set(0)),
      times(Math.ceil(group / 4), addProduct),
      quarter.set(f32x4.add(f32x4.add(lanes[0], lanes[2]), f32x4.add(lanes[1], lanes[3]))),
      f32.store(
        to,
        f32.add(f32.add(f32.add(lane(0), lane(2)), f32.add(lane(1), lane(3))), f32.load(to, bias)),
        y,
      ),
      to.increment(4),
      weightAt.increment(4 * row),
    ]),
  );
  return { address: y, units, phase: x.phase, binary: false };
}
