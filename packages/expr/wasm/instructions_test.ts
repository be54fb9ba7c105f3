import { assertEquals } from "@std/assert";
import { nearest } from "../arithmetic.ts";
import { specialNumbers } from "../testing/random_expr.ts";
import { compileCode, page, runCode } from "../testing/run_code.ts";
import {
  bitmask,
  type Code,
  extractLane,
  f32,
  f32x4,
  f64x2,
  i16x8,
  i32,
  i32x4,
  i64x2,
  i8x16,
  memory,
  memoryLane,
  shuffle,
  v128,
} from "./mod.ts";

const integers = [0, 1, -1, 2, 7, -9, 31, 65536, 2 ** 31 - 1, -(2 ** 31)];
const u = (a: number) => a >>> 0;

Deno.test("i32 instructions of two operands compute what JavaScript does", () => {
  const wants: Record<string, (a: number, b: number) => number | boolean> = {
    eq: (a, b) => a === b,
    ltU: (a, b) => u(a) < u(b),
    gtU: (a, b) => u(a) > u(b),
    geU: (a, b) => u(a) >= u(b),
    add: (a, b) => a + b,
    sub: (a, b) => a - b,
    mul: Math.imul,
    and: (a, b) => a & b,
    or: (a, b) => a | b,
    shl: (a, b) => a << b,
    shrS: (a, b) => a >> b,
    shrU: (a, b) => a >>> b,
  };
  for (const [name, want] of Object.entries(wants)) {
    const run = compileCode(i32[name as "add"], ["i32", "i32"], "i32");
    for (const a of integers) {
      for (const b of integers) {
        assertEquals(run(a, b), Number(want(a, b)) | 0, `${name}(${a}, ${b})`);
      }
    }
  }
});

Deno.test("i32 instructions of one operand compute what JavaScript does", () => {
  const bits = (a: number) => u(a).toString(2);
  const wants: Record<string, (a: number) => number> = {
    eqz: (a) => a === 0 ? 1 : 0,
    ctz: (a) => a === 0 ? 32 : bits(a).length - bits(a).lastIndexOf("1") - 1,
    popcnt: (a) => bits(a).replaceAll("0", "").length,
  };
  for (const [name, want] of Object.entries(wants)) {
    const run = compileCode(i32[name as "ctz"], ["i32"], "i32");
    for (const a of integers) assertEquals(run(a), want(a), `${name}(${a})`);
  }
});

Deno.test("f32.add computes what JavaScript does", () => {
  const run = compileCode(f32.add, ["f32", "f32"], "f32");
  for (const a of specialNumbers.map(Math.fround)) {
    for (const b of specialNumbers.map(Math.fround)) {
      assertEquals(run(a, b), Math.fround(a + b), `${a} + ${b}`);
    }
  }
});

Deno.test("a number or a local stands for code of the operand's type", () => {
  for (const n of integers) {
    assertEquals(compileCode((x) => i32.add(x, n), ["i32"], "i32")(5), (5 + n) | 0);
    assertEquals(i32.store(n, n), i32.store(i32.const(n), i32.const(n)));
    assertEquals(f32.store(n, n), f32.store(i32.const(n), f32.const(n)));
    assertEquals(v128.store(n, n), v128.store(i32.const(n), f32x4.const(n)));
    assertEquals(f32x4.add(n, n), f32x4.add(f32x4.const(n), f32x4.const(n)));
    assertEquals(f64x2.add(n, n), f64x2.add(f64x2.const(n), f64x2.const(n)));
    assertEquals(i32x4.add(n, n), i32x4.add(i32x4.const(n), i32x4.const(n)));
    assertEquals(i64x2.add(n, n), i64x2.add(i64x2.const(BigInt(n)), i64x2.const(BigInt(n))));
    assertEquals(i64x2.shl(n, n), i64x2.shl(i64x2.const(BigInt(n)), i32.const(n)));
    assertEquals(f64x2.demoteZero(n), f64x2.demoteZero(f64x2.const(n)));
    assertEquals(f64x2.promoteLowF32x4(n), f64x2.promoteLowF32x4(f32x4.const(n)));
  }
});

/** Runs a vector instruction on the vectors at 0 and 16; its result lies at 32. */
function compile(f: (a: Code, b: Code) => Code): () => void {
  return compileCode(() => v128.store(32, f(v128.load(0), v128.load(16))), []);
}

/** The lanes of the vector that code computes. */
function lanes(code: Code): Int32Array {
  compile(() => code)();
  return new Int32Array(page.buffer.slice(32, 48));
}

const unary: Record<string, (a: number) => number> = {
  floor: Math.floor,
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
    const present = <F>(wants: Record<string, F>) =>
      Object.entries(wants).filter(([name]) => name in group);
    for (const [name, f] of present(unary)) {
      check(name, compile(group[name as "abs"]), (i) => round(f(a[i])));
    }
    for (const [name, f] of present(binary)) {
      check(name, compile(group[name as "add"]), (i) => round(f(a[i], b[i])));
    }
    for (const [name, f] of present(tests)) {
      check(name, compile(group[name as "eq"]), (i) => f(a[i], b[i]));
    }
    check("const", compile(() => group.const(0.1)), () => round(0.1));
  });
}

Deno.test("a lane of floats is read", () => {
  new Float32Array(page.buffer, 0, 4).set([1, 2, 3, 4]);
  assertEquals(runCode(extractLane.f32x4(v128.load(0), 1), "f32"), 2);
});

Deno.test("integer lanes compute what JavaScript does", () => {
  const [a, b] = [0, 16].map((at) => new Int32Array(page.buffer, at, 4));
  a.set([5, -7, 2 ** 31 - 1, 0]);
  b.set([5, 3, -1, -(2 ** 31)]);
  const [p, q] = [v128.load(0), v128.load(16)];
  assertEquals([...lanes(i32x4.add(p, q))], [...a].map((x, i) => x + b[i] | 0));
  assertEquals([...lanes(i32x4.sub(p, q))], [...a].map((x, i) => x - b[i] | 0));
  assertEquals([...lanes(i32x4.mul(p, q))], [...a].map((x, i) => Math.imul(x, b[i])));
  assertEquals([...lanes(i32x4.splat(extractLane.i32x4(p, 1)))], [-7, -7, -7, -7]);
  assertEquals([...lanes(i32x4.const(7))], [7, 7, 7, 7]);
  assertEquals(runCode(bitmask.i32x4(q), "i32"), 0b1100);
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
  const [a, b] = [v128.load(0), v128.load(16)];
  assertEquals(result(i64x2.add(a, b)), [p + 5n, wrap(q + q)]);
  assertEquals(result(i64x2.sub(a, b)), [p - 5n, 0n]);
  assertEquals(result(i64x2.shl(a, 7)), [wrap(p << 7n), wrap(q << 7n)]);
  assertEquals(result(i64x2.shrS(a, 7)), [p >> 7n, q >> 7n]);
  assertEquals(result(i64x2.const(q)), [q, q]);
});

Deno.test("conversions between lanes round once", () => {
  const single = new Float32Array(page.buffer, 32, 4);
  new Float32Array(page.buffer, 0, 4).set([1.7, -1.7, 3e9, NaN]);
  lanes(f64x2.promoteLowF32x4(v128.load(0)));
  assertEquals([...new Float64Array(page.buffer, 32, 2)], [1.7, -1.7].map(Math.fround));
  new Float64Array(page.buffer, 0, 2).set([0.1, -2.6]);
  lanes(f64x2.demoteZero(v128.load(0)));
  assertEquals([...single], [Math.fround(0.1), Math.fround(-2.6), 0, 0]);
});

Deno.test("bits are combined, chosen and asked for", () => {
  const [a, b] = [i32x4.const(0b1100, 0, -1, 5), i32x4.const(0b1010, 0, 7, 5)];
  assertEquals([...lanes(v128.and(a, b))], [0b1000, 0, 7, 5]);
  assertEquals([...lanes(v128.or(a, b))], [0b1110, 0, -1, 5]);
  assertEquals([...lanes(v128.andnot(a, b))], [0b0100, 0, ~7, 0]);
  assertEquals([...lanes(v128.bitselect(a, b, i32x4.const(-1, 0, 0, 1)))], [0b1100, 0, 7, 5]);
  assertEquals(runCode(v128.anyTrue(a), "i32"), 1);
  assertEquals(runCode(v128.anyTrue(0), "i32"), 0);
});

Deno.test("bytes and 16-bit lanes are shuffled and narrowed", () => {
  const up = Array.from({ length: 16 }, (_, i) => i);
  new Uint8Array(page.buffer, 0, 16).set(up);
  new Uint8Array(page.buffer, 16, 16).set(up.toReversed());
  compile((a, b) => shuffle(a, b, up.map((i) => i % 2 ? 31 - i : i)))();
  assertEquals([...new Uint8Array(page.buffer, 32, 16)], up);
  // Bytes of the first by the second's numbers; 0 where there is no such byte.
  new Uint8Array(page.buffer, 16, 16).set(up.map((i) => i * 3));
  compile(i8x16.swizzle)();
  const swizzled = up.map((i) => 3 * i > 15 ? 0 : 3 * i);
  assertEquals([...new Uint8Array(page.buffer, 32, 16)], swizzled);
  lanes(i16x8.narrowI32x4S(i32x4.const(1, -1, 40000, -40000), i32x4.const(5, 6, 7, 8)));
  const halves = [1, -1, 32767, -32768, 5, 6, 7, 8];
  assertEquals([...new Int16Array(page.buffer, 32, 8)], halves);
  new Int16Array(page.buffer, 0, 8).set(halves);
  compile(i8x16.narrowI16x8S)();
  assertEquals([...new Int8Array(page.buffer, 32, 8)], [1, -1, 127, -128, 5, 6, 7, 8]);
  new Uint8Array(page.buffer, 0, 16).set(up.map((i) => i - 4));
  assertEquals(runCode(bitmask.i8x16(v128.load(0)), "i32"), 0b1111);
});

Deno.test("loads and stores of every width add their offset", () => {
  compileCode(() => [
    ...i32.store(4, -2, 60),
    ...i32.store16(4, 50000, 66),
    ...f32.store(4, 0.5, 68),
  ], [])();
  assertEquals(page.getInt32(64, true), -2);
  assertEquals(page.getUint16(70, true), 50000);
  assertEquals(page.getFloat32(72, true), 0.5);
  assertEquals(runCode(i32.load(4, 60), "i32"), -2);
  assertEquals(runCode(f32.load(4, 68), "f32"), 0.5);
  // An offset that takes two bytes.
  compileCode(() => f32.store(0, 0.25, 1004), [])();
  assertEquals(runCode(f32.load(1004), "f32"), 0.25);
});

Deno.test("single lanes and splats are read and written with their offset", () => {
  new Int32Array(page.buffer, 0, 4).set([10, 20, 30, 40]);
  const a = i32x4.const(1, 2, 3, 4);
  assertEquals([...lanes(v128.load32Splat(0, 4))], [20, 20, 20, 20]);
  compileCode(() => [...memoryLane.store32(0, a, 3, 48), ...memoryLane.store64(0, a, 0, 52)], [])();
  assertEquals([...new Int32Array(page.buffer, 48, 3)], [4, 1, 2]);
});

Deno.test("ranges of memory are copied and filled", () => {
  compileCode(() => [...memory.fill(256, 7, 8), ...memory.copy(260, 254, 4)], [])();
  assertEquals([256, 260, 261, 262, 263].map((at) => page.getUint8(at)), [7, 0, 0, 7, 7]);
});
