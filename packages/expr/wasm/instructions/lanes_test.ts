import { assertEquals } from "@std/assert";
import { nearest } from "../../number_maths.ts";
import { specialNumbers } from "../../testing/random_expr.ts";
import { compileCode, page, runCode } from "../../testing/run_code.ts";
import {
  type Code,
  f32x4,
  f64,
  f64x2,
  i16x8,
  i32,
  i32x4,
  i64,
  i64x2,
  i8x16,
  v128,
} from "../mod.ts";

const [left, right, out] = [i32.const(0), i32.const(16), i32.const(32)];

/** Runs a vector instruction on what lies in memory at 0 and 16; its result lies at 32. */
function compile(f: (a: Code, b: Code) => Code): () => void {
  return compileCode(() => v128.store(out, f(v128.load(left), v128.load(right))), []);
}

/** The lanes that a vector instruction without operands from memory gives. */
function lanes(code: Code): Int32Array {
  compile(() => code)();
  return new Int32Array(page.buffer.slice(32, 48));
}

const unary: Record<string, (a: number) => number> = {
  ceil: Math.ceil,
  floor: Math.floor,
  trunc: Math.trunc,
  nearest,
  abs: Math.abs,
  neg: (a) => -a,
  sqrt: Math.sqrt,
};
const binary: Record<string, (a: number, b: number) => number> = {
  add: (a, b) => a + b,
  sub: (a, b) => a - b,
  mul: (a, b) => a * b,
  div: (a, b) => a / b,
  min: Math.min,
  max: Math.max,
  pmin: (a, b) => b < a ? b : a,
  pmax: (a, b) => a < b ? b : a,
};
const tests: Record<string, (a: number, b: number) => boolean> = {
  eq: (a, b) => a === b,
  ne: (a, b) => a !== b,
  lt: (a, b) => a < b,
  gt: (a, b) => a > b,
  le: (a, b) => a <= b,
  ge: (a, b) => a >= b,
};

for (
  const [type, group, Lanes, Masks] of [
    ["f32x4", f32x4, Float32Array, Int32Array],
    ["f64x2", f64x2, Float64Array, BigInt64Array],
  ] as const
) {
  const [a, b, c] = [0, 16, 32].map((at) => new Lanes(page.buffer, at, type === "f32x4" ? 4 : 2));
  const mask = new Masks(page.buffer, 32, a.length);
  const pairs = specialNumbers.flatMap((p) => specialNumbers.map((q) => [p, q]));
  const round = type === "f32x4" ? Math.fround : Number;

  Deno.test(`${type} instructions compute what JavaScript does, in every lane`, () => {
    const check = (name: string, run: () => void, want: (i: number) => unknown) => {
      for (let start = 0; start < pairs.length; start++) {
        for (let i = 0; i < a.length; i++) {
          [a[i], b[i]] = pairs[(start + i) % pairs.length];
        }
        run();
        for (let i = 0; i < a.length; i++) {
          const got = name in tests ? mask[i] !== 0 && ~Number(mask[i]) === 0 : c[i];
          assertEquals(got, want(i), `${name}(${a[i]}, ${b[i]})`);
        }
      }
    };
    for (const [name, f] of Object.entries(unary)) {
      check(name, compile(group[name as "abs"]), (i) => round(f(a[i])));
    }
    for (const [name, f] of Object.entries(binary)) {
      check(name, compile(group[name as "add"]), (i) => round(f(a[i], b[i])));
    }
    for (const [name, f] of Object.entries(tests)) {
      check(name, compile(group[name as "eq"]), (i) => f(a[i], b[i]));
    }
    check("extractLane", compile((p) => group.splat(group.extractLane(p, 1))), () => a[1]);
    check("const", compile(() => group.const(0.1)), () => round(0.1));
    check(
      "replaceLane",
      compile((p, q) => group.replaceLane(p, group.extractLane(q, 0), 1)),
      (i) => i === 1 ? b[0] : a[i],
    );
  });
}

Deno.test("integer lanes compute what JavaScript does", () => {
  const [a, b, c] = [0, 16, 32].map((at) => new Int32Array(page.buffer, at, 4));
  const truth = (f: (x: number, y: number) => boolean) => (x: number, y: number) =>
    f(x, y) ? -1 : 0;
  const u = (x: number) => x >>> 0;
  const wants: Record<string, (x: number, y: number) => number> = {
    eq: truth((x, y) => x === y),
    ne: truth((x, y) => x !== y),
    ltS: truth((x, y) => x < y),
    gtS: truth((x, y) => x > y),
    leS: truth((x, y) => x <= y),
    geS: truth((x, y) => x >= y),
    add: (x, y) => x + y | 0,
    sub: (x, y) => x - y | 0,
    mul: Math.imul,
    minS: Math.min,
    maxS: Math.max,
    minU: (x, y) => Math.min(u(x), u(y)) | 0,
    maxU: (x, y) => Math.max(u(x), u(y)) | 0,
  };
  a.set([5, -7, 2 ** 31 - 1, 0]);
  b.set([5, 3, -1, -(2 ** 31)]);
  for (const [name, want] of Object.entries(wants)) {
    compile(i32x4[name as "add"])();
    assertEquals([...c], [0, 1, 2, 3].map((i) => want(a[i], b[i])), name);
  }
  const by = i32.const(3);
  assertEquals([...lanes(i32x4.shl(v128.load(left), by))], [...a].map((x) => x << 3));
  assertEquals([...lanes(i32x4.shrS(v128.load(left), by))], [...a].map((x) => x >> 3));
  assertEquals([...lanes(i32x4.shrU(v128.load(left), by))], [...a].map((x) => (x >>> 3) | 0));
  assertEquals([...lanes(i32x4.neg(v128.load(left)))], [...a].map((x) => -x | 0));
  assertEquals([...lanes(i32x4.abs(v128.load(left)))], [...a].map((x) => Math.abs(x)));
  assertEquals([...lanes(i32x4.splat(i32x4.extractLane(v128.load(left), 1)))], [-7, -7, -7, -7]);
  assertEquals([...lanes(i32x4.replaceLane(v128.load(left), i32.const(1), 3))], [
    ...a.slice(0, 3),
    1,
  ]);
  assertEquals(runCode(i32x4.bitmask(v128.load(right)), "i32"), 0b1100);
  assertEquals(runCode(i32x4.allTrue(v128.load(left)), "i32"), 0);
  assertEquals(runCode(i32x4.allTrue(v128.load(right)), "i32"), 1);
});

Deno.test("64-bit lanes keep all their bits", () => {
  const big = new BigInt64Array(page.buffer, 0, 4);
  const [p, q] = [0x1234_5678_9abc_def0n, -(3n << 60n)];
  const result = (code: Code) => {
    compile(() => code)();
    return [...new BigInt64Array(page.buffer.slice(32, 48))];
  };
  big.set([p, q, 5n, q]);
  const wrap = (x: bigint) => BigInt.asIntN(64, x);
  const [a, b, by] = [v128.load(left), v128.load(right), i32.const(7)];
  assertEquals(result(i64x2.add(a, b)), [p + 5n, wrap(q + q)]);
  assertEquals(result(i64x2.sub(a, b)), [p - 5n, 0n]);
  assertEquals(result(i64x2.mul(a, b)), [wrap(p * 5n), wrap(q * q)]);
  assertEquals(result(i64x2.eq(a, b)), [0n, -1n]);
  assertEquals(result(i64x2.ne(a, b)), [-1n, 0n]);
  assertEquals(result(i64x2.neg(a)), [-p, -q]);
  assertEquals(result(i64x2.shl(a, by)), [wrap(p << 7n), wrap(q << 7n)]);
  assertEquals(result(i64x2.shrS(a, by)), [p >> 7n, q >> 7n]);
  assertEquals(result(i64x2.shrU(a, by)), [p >> 7n, BigInt.asUintN(64, q) >> 7n]);
  assertEquals(result(i64x2.const(p, q)), [p, q]);
  assertEquals(result(i64x2.splat(i64x2.extractLane(a, 1))), [q, q]);
  assertEquals(runCode(i64x2.bitmask(a), "i32"), 0b00 | (q < 0n ? 2 : 0));
  assertEquals(runCode(i64x2.allTrue(a), "i32"), 1);
  const four = i32x4.const(1, -2, 3, -4);
  assertEquals(result(i64x2.extendLowI32x4S(four)), [1n, -2n]);
  assertEquals(result(i64x2.extendHighI32x4S(four)), [3n, -4n]);
  assertEquals(result(i64x2.extendLowI32x4U(four)), [1n, 2n ** 32n - 2n]);
  assertEquals(result(i64x2.extendHighI32x4U(four)), [3n, 2n ** 32n - 4n]);
  assertEquals(result(i64x2.splat(i64.const(-9n))), [-9n, -9n]);
});

Deno.test("conversions between lanes round once and saturate", () => {
  const c = new Float32Array(page.buffer, 32, 4);
  const wide = new Float64Array(page.buffer, 32, 2);
  new Float32Array(page.buffer, 0, 4).set([1.7, -1.7, 3e9, NaN]);
  assertEquals([...lanes(i32x4.truncSatF32x4S(v128.load(left)))], [1, -1, 2 ** 31 - 1, 0]);
  assertEquals([...lanes(i32x4.truncSatF32x4U(v128.load(left)))], [1, 0, 3e9 | 0, 0]);
  lanes(f64x2.promoteLowF32x4(v128.load(left)));
  assertEquals([...wide], [Math.fround(1.7), Math.fround(-1.7)]);
  new Float64Array(page.buffer, 0, 2).set([0.1, -2.6]);
  lanes(f32x4.demoteF64x2Zero(v128.load(left)));
  assertEquals([...c], [Math.fround(0.1), Math.fround(-2.6), 0, 0]);
  assertEquals([...lanes(i32x4.truncSatF64x2SZero(v128.load(left)))], [0, -2, 0, 0]);
  assertEquals([...lanes(i32x4.truncSatF64x2UZero(v128.load(left)))], [0, 0, 0, 0]);
  const four = i32x4.const(7, -1, 2, 3);
  lanes(f32x4.convertI32x4S(four));
  assertEquals([...c], [7, -1, 2, 3]);
  lanes(f32x4.convertI32x4U(four));
  assertEquals([...c], [7, 2 ** 32, 2, 3]);
  lanes(f64x2.convertLowI32x4S(four));
  assertEquals([...wide], [7, -1]);
  lanes(f64x2.convertLowI32x4U(four));
  assertEquals([...wide], [7, 2 ** 32 - 1]);
});

Deno.test("bits are combined, chosen and asked for", () => {
  const [a, b] = [i32x4.const(0b1100, 0, -1, 5), i32x4.const(0b1010, 0, 7, 5)];
  assertEquals([...lanes(v128.and(a, b))], [0b1000, 0, 7, 5]);
  assertEquals([...lanes(v128.or(a, b))], [0b1110, 0, -1, 5]);
  assertEquals([...lanes(v128.xor(a, b))], [0b0110, 0, ~7, 0]);
  assertEquals([...lanes(v128.andnot(a, b))], [0b0100, 0, ~7, 0]);
  assertEquals([...lanes(v128.not(b))], [~0b1010, -1, ~7, ~5]);
  assertEquals([...lanes(v128.bitselect(a, b, i32x4.const(-1, 0, 0, 1)))], [0b1100, 0, 7, 5]);
  assertEquals(runCode(v128.anyTrue(a), "i32"), 1);
  assertEquals(runCode(v128.anyTrue(i32x4.const(0, 0, 0, 0)), "i32"), 0);
});

Deno.test("bytes and 16-bit lanes are shuffled, narrowed and counted", () => {
  const bytes = (code: Code) => {
    lanes(code);
    return [...new Uint8Array(page.buffer.slice(32, 48))];
  };
  const up = Array.from({ length: 16 }, (_, i) => i);
  const a = v128.const(up);
  const down = up.toReversed();
  assertEquals(bytes(i8x16.shuffle(a, v128.const(down), up.map((i) => 31 - i))), up);
  assertEquals(bytes(i8x16.swizzle(a, v128.const(down))), down);
  assertEquals(bytes(i8x16.add(a, a)), up.map((i) => 2 * i));
  assertEquals(bytes(i8x16.sub(a, v128.const(down))), up.map((i) => 2 * i - 15 & 255));
  assertEquals(bytes(i8x16.neg(a)), up.map((i) => -i & 255));
  assertEquals(bytes(i8x16.eq(a, i8x16.splat(i32.const(3)))), up.map((i) => i === 3 ? 255 : 0));
  assertEquals(bytes(i8x16.popcnt(a)), up.map((i) => i.toString(2).replaceAll("0", "").length));
  assertEquals(runCode(i8x16.bitmask(i8x16.const(...up.map((i) => i - 4))), "i32"), 0b1111);
  assertEquals(runCode(i8x16.allTrue(a), "i32"), 0);
  const halves = (code: Code) => {
    lanes(code);
    return [...new Int16Array(page.buffer.slice(32, 48))];
  };
  const [p, q] = [i32x4.const(1, -1, 40000, -40000), i32x4.const(5, 6, 7, 8)];
  assertEquals(halves(i16x8.narrowI32x4S(p, q)), [1, -1, 32767, -32768, 5, 6, 7, 8]);
  assertEquals(halves(i16x8.narrowI32x4U(p, q)), [1, 0, 40000 - 65536, 0, 5, 6, 7, 8]);
  const eight = i16x8.splat(i32.const(-300));
  assertEquals(halves(i16x8.add(eight, eight))[0], -600);
  assertEquals(halves(i16x8.sub(eight, i16x8.splat(i32.const(1))))[7], -301);
  assertEquals(halves(i16x8.mul(eight, i16x8.splat(i32.const(2))))[3], -600);
  assertEquals(halves(i16x8.eq(eight, eight))[1], -1);
  assertEquals(runCode(i16x8.bitmask(eight), "i32"), 255);
  assertEquals(runCode(i16x8.allTrue(eight), "i32"), 1);
  assertEquals(bytes(i8x16.narrowI16x8S(eight, eight))[0], 128);
  assertEquals(bytes(i8x16.narrowI16x8U(eight, eight))[0], 0);
});

Deno.test("single lanes and splats are read and written with their offset", () => {
  new Int32Array(page.buffer, 0, 4).set([10, 20, 30, 40]);
  const a = i32x4.const(1, 2, 3, 4);
  const zero = i32.const(0);
  assertEquals([...lanes(v128.load32Splat(zero, 4))], [20, 20, 20, 20]);
  assertEquals([...lanes(v128.load64Splat(zero, 8))], [30, 40, 30, 40]);
  assertEquals([...lanes(v128.load32Zero(zero, 12))], [40, 0, 0, 0]);
  assertEquals([...lanes(v128.load64Zero(zero, 4))], [20, 30, 0, 0]);
  assertEquals([...lanes(v128.load32Lane(zero, a, 2, 4))], [1, 2, 20, 4]);
  assertEquals([...lanes(v128.load64Lane(zero, a, 1, 8))], [1, 2, 30, 40]);
  assertEquals(lanes(v128.load8Splat(zero, 4))[0], 0x14141414);
  assertEquals(lanes(v128.load16Splat(zero, 4))[0], 0x00140014);
  compileCode(() => [
    ...v128.store32Lane(zero, a, 3, 48),
    ...v128.store64Lane(zero, a, 0, 52),
  ], [])();
  assertEquals([...new Int32Array(page.buffer, 48, 3)], [4, 1, 2]);
  assertEquals(runCode(f64.const(0.25), "f64"), 0.25);
});
