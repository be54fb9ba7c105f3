import type { Expr, PlainBinaryTag, PlainUnaryTag } from "../expr.ts";
import { operands, postorder } from "../schedule.ts";
import { type Code, sequence } from "./code.ts";
import type { Func } from "./func.ts";
import { f32x4, v128 } from "./instructions.ts";
import { emitMaths } from "./simd_maths.ts";

const unaryCode: Readonly<Record<PlainUnaryTag, (a: Code) => Code>> = {
  neg: f32x4.neg,
  abs: f32x4.abs,
  sqrt: f32x4.sqrt,
  floor: f32x4.floor,
  round: f32x4.nearest,
};

const binaryCode: Readonly<Record<PlainBinaryTag, (a: Code, b: Code) => Code>> = {
  add: f32x4.add,
  sub: f32x4.sub,
  mul: f32x4.mul,
  div: f32x4.div,
  min: f32x4.min,
  max: f32x4.max,
  less: f32x4.lt,
  lessEqual: f32x4.le,
  equal: f32x4.eq,
};

const maskTags: ReadonlySet<Expr["tag"]> = new Set(["less", "lessEqual", "equal", "spike"]);

/** Whether a node is made as a lane mask: all bits set where it is 1. */
function isMask(e: Expr): boolean {
  return maskTags.has(e.tag) || (e.tag === "detach" && isMask(e.a));
}

/** Expressions as SIMD code. */
export interface PrintedSimd {
  /** Computes what is used more than once, into locals. Run it once per four lanes, before the values are used. */
  readonly code: Code;
  /** One vector of four numbers per root. */
  readonly values: readonly Code[];
  /** For a root that is a comparison or a spike: its lane mask, all bits set where it is 1. */
  readonly masks: readonly (Code | undefined)[];
}

/**
 * Prints expressions as f32x4 code in `fn`, four lanes at a time. Every node is computed once. `inputs` gives for a
 * slot's name the code that reads it: a local, since it may be read more than once. `constants` gives the code of a
 * constant: a loop does well to keep them in locals, as engines make them anew where they are used. `known` gives nodes,
 * no masks, whose values are in locals already: what only they need is not computed. The results have the bits of the
 * evaluator's.
 *
 * @example
 * ```ts
 * import { add, input, mul } from "@spikeloop/expr";
 * import { Func, i32, instantiate, printSimd, v128 } from "@spikeloop/expr/wasm";
 * import { assert } from "@std/assert";
 *
 * const fn = new Func("run", []);
 * const x = fn.local("v128");
 * const { code, values } = printSimd(fn, [add(mul(input("x"), 2), 1)], () => x.get);
 * fn.emit(x.set(v128.load(i32.const(0))), code, v128.store(i32.const(16), values[0]));
 * const memory = new WebAssembly.Memory({ initial: 1 });
 * const numbers = new Float32Array(memory.buffer);
 * numbers[3] = 5;
 * instantiate([fn], memory).run();
 * assert(numbers[7] === 11);
 * ```
 */
export function printSimd(
  fn: Func,
  roots: readonly Expr[],
  inputs: (name: string) => Code,
  constants: (value: number) => Code = f32x4.const,
  known: ReadonlyMap<Expr, Code> = new Map(),
): PrintedSimd {
  const below = (e: Expr) => known.has(e) ? [] : operands(e);
  const nodes = postorder(roots, below);
  const uses = new Map<Expr, number>();
  const count = (e: Expr) => uses.set(e, (uses.get(e) ?? 0) + 1);
  for (const e of nodes) below(e).forEach(count);
  // A root may be written as a number and used as a mask.
  for (const e of roots) {
    count(e);
    count(e);
  }
  const code: Code[] = [];
  /** What each node leaves: a mask for comparisons, numbers for all else. */
  const made = new Map<Expr, Code>();
  const raw = (e: Expr): Code => made.get(e) ?? [];
  const number = (e: Expr): Code => isMask(e) ? v128.and(raw(e), constants(1)) : raw(e);
  const mask = (e: Expr): Code => isMask(e) ? raw(e) : f32x4.ne(raw(e), f32x4.const(0));
  const inLocal = (value: Code): Code => {
    const local = fn.local("v128");
    code.push(local.set(value));
    return local.get;
  };
  const compute = (e: Expr): Code => {
    switch (e.tag) {
      case "const":
        return constants(e.value);
      case "input":
        return inputs(e.name);
      case "detach":
        return raw(e.a);
      case "surrogate":
        return number(e.value);
      case "spike":
        return f32x4.ge(number(e.a), f32x4.const(0));
      case "select":
        return v128.bitselect(number(e.a), number(e.b), mask(e.test));
      case "sub":
        // 1 - s of a spike s: 1 wherever the mask isn't.
        return isMask(e.b) && e.a.tag === "const" && e.a.value === 1
          ? v128.andnot(constants(1), raw(e.b))
          : f32x4.sub(number(e.a), number(e.b));
      default: {
        if (e.maths !== undefined) {
          const read = operands(e).map((operand) => inLocal(number(operand)));
          const { code: steps, value } = emitMaths(fn, e.maths, read);
          code.push(steps);
          return value;
        }
        return "b" in e
          ? binaryCode[e.tag as PlainBinaryTag](number(e.a), number(e.b))
          : unaryCode[e.tag as PlainUnaryTag](number(e.a));
      }
    }
  };
  for (const e of nodes) {
    const given = known.get(e);
    const value = given ?? compute(e);
    const free = given !== undefined || e.tag === "const" || e.tag === "input" ||
      e.tag === "detach";
    made.set(e, free || uses.get(e) === 1 ? value : inLocal(value));
  }
  return {
    code: sequence(...code),
    values: roots.map(number),
    masks: roots.map((e) => isMask(e) ? raw(e) : undefined),
  };
}
