import { assertEquals } from "@std/assert";
import { nearest } from "../../number_maths.ts";
import { specialNumbers } from "../../testing/random_expr.ts";
import { compileCode, page, runCode } from "../../testing/run_code.ts";
import { f32, f64, i32, i64, memory } from "../mod.ts";

const integers = [0, 1, -1, 2, 7, -9, 31, 65536, 2 ** 31 - 1, -(2 ** 31)];
const u = (a: number) => a >>> 0;

const integerPairs: Record<string, (a: number, b: number) => number | boolean> = {
  eq: (a, b) => a === b,
  ne: (a, b) => a !== b,
  ltS: (a, b) => a < b,
  ltU: (a, b) => u(a) < u(b),
  gtS: (a, b) => a > b,
  gtU: (a, b) => u(a) > u(b),
  leS: (a, b) => a <= b,
  leU: (a, b) => u(a) <= u(b),
  geS: (a, b) => a >= b,
  geU: (a, b) => u(a) >= u(b),
  add: (a, b) => a + b,
  sub: (a, b) => a - b,
  mul: Math.imul,
  divS: (a, b) => Math.trunc(a / b),
  divU: (a, b) => Math.trunc(u(a) / u(b)),
  remS: (a, b) => a % b,
  remU: (a, b) => u(a) % u(b),
  and: (a, b) => a & b,
  or: (a, b) => a | b,
  xor: (a, b) => a ^ b,
  shl: (a, b) => a << b,
  shrS: (a, b) => a >> b,
  shrU: (a, b) => a >>> b,
  rotl: (a, b) => (a << b) | (b & 31 ? a >>> (32 - b) : 0),
  rotr: (a, b) => (a >>> b) | (b & 31 ? a << (32 - b) : 0),
};

Deno.test("i32 instructions of two operands compute what JavaScript does", () => {
  for (const [name, want] of Object.entries(integerPairs)) {
    const run = compileCode(i32[name as "add"], ["i32", "i32"], "i32");
    for (const a of integers) {
      for (const b of integers) {
        if (/^(div|rem)/.test(name) && (b === 0 || (b === -1 && a === -(2 ** 31)))) continue;
        assertEquals(run(a, b), Number(want(a, b)) | 0, `${name}(${a}, ${b})`);
      }
    }
  }
});

Deno.test("i32 instructions of one operand compute what JavaScript does", () => {
  const bits = (a: number) => u(a).toString(2);
  const unary: Record<string, (a: number) => number> = {
    eqz: (a) => a === 0 ? 1 : 0,
    clz: Math.clz32,
    ctz: (a) => a === 0 ? 32 : bits(a).length - bits(a).lastIndexOf("1") - 1,
    popcnt: (a) => bits(a).replaceAll("0", "").length,
  };
  for (const [name, want] of Object.entries(unary)) {
    const run = compileCode(i32[name as "clz"], ["i32"], "i32");
    for (const a of integers) assertEquals(run(a), want(a), `${name}(${a})`);
  }
});

const floatPairs: Record<string, (a: number, b: number) => number | boolean> = {
  eq: (a, b) => a === b,
  ne: (a, b) => a !== b,
  lt: (a, b) => a < b,
  gt: (a, b) => a > b,
  le: (a, b) => a <= b,
  ge: (a, b) => a >= b,
  add: (a, b) => a + b,
  sub: (a, b) => a - b,
  mul: (a, b) => a * b,
  div: (a, b) => a / b,
  min: Math.min,
  max: Math.max,
  copysign: (a, b) => b < 0 || Object.is(b, -0) ? -Math.abs(a) : Math.abs(a),
};
const floats: Record<string, (a: number) => number> = {
  abs: Math.abs,
  neg: (a) => -a,
  ceil: Math.ceil,
  floor: Math.floor,
  trunc: Math.trunc,
  nearest,
  sqrt: Math.sqrt,
};

for (const [type, group, round] of [["f32", f32, Math.fround], ["f64", f64, Number]] as const) {
  Deno.test(`${type} instructions compute what JavaScript does`, () => {
    for (const [name, want] of Object.entries(floatPairs)) {
      const isTest = typeof want(1, 1) === "boolean";
      const run = compileCode(group[name as "add"], [type, type], isTest ? "i32" : type);
      for (const a of specialNumbers.map(round)) {
        for (const b of specialNumbers.map(round)) {
          if (name === "copysign" && Number.isNaN(b)) continue; // a NaN's sign is not JavaScript's to say
          assertEquals(run(a, b), round(Number(want(a, b))), `${name}(${a}, ${b})`);
        }
      }
    }
    for (const [name, want] of Object.entries(floats)) {
      const run = compileCode(group[name as "abs"], [type], type);
      for (const a of specialNumbers.map(round)) {
        assertEquals(run(a), round(want(a)), `${name}(${a})`);
      }
    }
  });
}

Deno.test("conversions between numbers saturate, wrap and keep bits", () => {
  assertEquals(runCode(i32.truncSatF32S(f32.const(3e9)), "i32"), 2 ** 31 - 1);
  assertEquals(runCode(i32.truncSatF32U(f32.const(-2)), "i32"), 0);
  assertEquals(runCode(i32.truncSatF64S(f64.const(-2.7)), "i32"), -2);
  assertEquals(runCode(i32.truncSatF64U(f64.const(3e9)), "i32"), 3e9 | 0);
  assertEquals(runCode(f32.convertI32S(i32.const(-1)), "f32"), -1);
  assertEquals(runCode(f32.convertI32U(i32.const(-1)), "f32"), 2 ** 32);
  assertEquals(runCode(f64.convertI32S(i32.const(-1)), "f64"), -1);
  assertEquals(runCode(f64.convertI32U(i32.const(-1)), "f64"), 2 ** 32 - 1);
  assertEquals(runCode(f32.demoteF64(f64.const(0.1)), "f32"), Math.fround(0.1));
  assertEquals(runCode(f64.promoteF32(f32.const(0.1)), "f64"), Math.fround(0.1));
  assertEquals(runCode(i32.reinterpretF32(f32.const(1)), "i32"), 0x3f800000);
  assertEquals(runCode(f32.reinterpretI32(i32.const(0x3f800000)), "f32"), 1);
});

Deno.test("64-bit integers keep all their bits", () => {
  const big = 0x1234_5678_9abc_def0n;
  const high = (code: readonly number[]) =>
    runCode(i32.wrapI64(i64.shrU(code, i64.const(32n))), "i32");
  assertEquals(high(i64.const(big)), 0x1234_5678);
  assertEquals(high(i64.const(-1n)), -1);
  assertEquals(high(i64.add(i64.const(big), i64.const(1n << 32n))), 0x1234_5679);
  assertEquals(high(i64.sub(i64.const(big), i64.const(1n << 32n))), 0x1234_5677);
  assertEquals(high(i64.mul(i64.const(1n << 20n), i64.const(1n << 20n))), 256);
  assertEquals(high(i64.and(i64.const(big), i64.const(0xffffn << 32n))), 0x5678);
  assertEquals(high(i64.or(i64.const(1n), i64.const(1n << 33n))), 2);
  assertEquals(high(i64.xor(i64.const(big), i64.const(big))), 0);
  assertEquals(high(i64.shl(i64.const(3n), i64.const(32n))), 3);
  assertEquals(high(i64.shrS(i64.const(-1n << 62n), i64.const(20n))), -1024);
  assertEquals(high(i64.extendI32S(i32.const(-5))), -1);
  assertEquals(high(i64.extendI32U(i32.const(-5))), 0);
  assertEquals(runCode(i64.eqz(i64.const(0n)), "i32"), 1);
});

Deno.test("loads and stores of every width add their offset", () => {
  compileCode(() => [
    ...i32.store(i32.const(4), i32.const(-2), 60),
    ...i32.store8(i32.const(4), i32.const(200), 64),
    ...i32.store16(i32.const(4), i32.const(50000), 66),
    ...f32.store(i32.const(4), f32.const(0.5), 68),
    ...f64.store(i32.const(4), f64.const(0.1), 1000),
    ...i64.store(i32.const(4), i64.const(-3n), 1100),
  ], [])();
  assertEquals(page.getInt32(64, true), -2);
  assertEquals(page.getUint8(68), 200);
  assertEquals(page.getUint16(70, true), 50000);
  assertEquals(page.getFloat32(72, true), 0.5);
  assertEquals(page.getFloat64(1004, true), 0.1);
  assertEquals(page.getBigInt64(1104, true), -3n);
  assertEquals(runCode(i32.load(i32.const(4), 60), "i32"), -2);
  assertEquals(runCode(i32.load8U(i32.const(68)), "i32"), 200);
  assertEquals(runCode(i32.load8S(i32.const(68)), "i32"), -56);
  assertEquals(runCode(i32.load16U(i32.const(70)), "i32"), 50000);
  assertEquals(runCode(i32.load16S(i32.const(70)), "i32"), 50000 - 65536);
  assertEquals(runCode(f32.load(i32.const(72)), "f32"), 0.5);
  assertEquals(runCode(f64.load(i32.const(0), 1004), "f64"), 0.1);
  assertEquals(runCode(i32.wrapI64(i64.load(i32.const(1104))), "i32"), -3);
});

Deno.test("atomic operations give what was there before", () => {
  const at = i32.const(128);
  page.setInt32(128, 12, true);
  const steps: [readonly number[], number, number][] = [
    [i32.atomicAdd(at, i32.const(5)), 12, 17],
    [i32.atomicSub(at, i32.const(1)), 17, 16],
    [i32.atomicOr(at, i32.const(3)), 16, 19],
    [i32.atomicAnd(at, i32.const(2)), 19, 2],
    [i32.atomicExchange(at, i32.const(9)), 2, 9],
    [i32.atomicCompareExchange(at, i32.const(8), i32.const(1)), 9, 9],
    [i32.atomicCompareExchange(i32.const(0), i32.const(9), i32.const(1), 128), 9, 1],
    [i32.atomicLoad(at), 1, 1],
    [memory.atomicNotify(at, i32.const(1)), 0, 1],
    [[...i32.atomicStore(at, i32.const(4)), ...memory.fence, ...i32.const(0)], 0, 4],
  ];
  for (const [code, given, left] of steps) {
    assertEquals(runCode(code, "i32"), given);
    assertEquals(page.getInt32(128, true), left);
  }
});

Deno.test("ranges of memory are copied and filled, and memory says its size", () => {
  compileCode(() => [
    ...memory.fill(i32.const(256), i32.const(7), i32.const(8)),
    ...memory.copy(i32.const(260), i32.const(254), i32.const(4)),
  ], [])();
  assertEquals([256, 260, 261, 262, 263].map((at) => page.getUint8(at)), [7, 0, 0, 7, 7]);
  assertEquals(runCode(memory.size, "i32"), 1);
  assertEquals(runCode(memory.grow(i32.const(0)), "i32"), 1);
});
