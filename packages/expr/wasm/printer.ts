import type { Expr, PlainBinaryTag, PlainUnaryTag } from "../expr.ts";
import { isBinary } from "../is_binary.ts";
import { operands, schedule } from "../schedule.ts";
import {
  type Code,
  constants as typeConstants,
  joined,
  type Operand,
  operandCode,
} from "./code.ts";
import type { Func } from "./func.ts";
import { type Binary, f32x4, type Unary, v128 } from "./instructions.ts";
import { failToCompile } from "./module.ts";

/** The instructions that have another name than the operation. */
const instructionNames: Readonly<Partial<Record<string, keyof typeof f32x4>>> = {
  round: "nearest",
  less: "lt",
  lessEqual: "le",
  equal: "eq",
};

/** The instruction of an operation. */
function instruction(tag: PlainUnaryTag | PlainBinaryTag): Unary & Binary {
  return f32x4[instructionNames[tag] ?? tag as keyof typeof f32x4] as Unary & Binary;
}

/**
 * The most bytes of code that are written in place of a value that is used once. Longer code goes
 * into a local first: nested in its user and in the user's user, a long chain would be copied at
 * every link.
 */
const longestInline = 512;

/** The most bytes of a function that engines compile. */
const mostBytes = 7_654_321;

/** The most local variables of one. */
const mostLocals = 50_000;

/** Expressions as SIMD code. */
export interface PrintedSimd {
  /**
   * Computes shared values into locals. Run it once per four lanes, before `values` and `masks`.
   */
  readonly code: Code;
  /** One vector of four numbers per root. */
  readonly values: readonly Code[];
  /** For a root that is a comparison or a spike: its lane mask, all bits set where it is 1. */
  readonly masks: readonly (Code | undefined)[];
}

/**
 * Prints expressions as f32x4 code in `fn`, four lanes at a time. Every node is computed once. The
 * results have the bits of the evaluator's.
 *
 * @param inputs Returns the operand of an input. Let it be a local: it may be read more than once.
 * @param copies How many times the caller prints these roots in `fn`. Code that will be too large
 * for engines is refused before most of it is written, which takes long.
 * @param known Nodes, no masks, whose values are in locals already. Nodes that only they need are
 * not computed.
 * @throws {RangeError} if the copies are certain to have more than 7,654,321 bytes of code or
 * 50,000 local variables.
 *
 * @example
 * ```ts
 * import { add, input, mul } from "@spikeloop/expr";
 * import { Func, instantiate, printSimd, v128 } from "@spikeloop/expr/wasm";
 * import { assert } from "@std/assert";
 *
 * const fn = new Func("run", []);
 * const x = fn.local("v128");
 * const { code, values } = printSimd(fn, [add(mul(input("x"), 2), 1)], () => x);
 * fn.emit(x.set(v128.load(0)), code, v128.store(16, values[0]));
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
  inputs: (name: string) => Operand,
  copies = 1,
  known: ReadonlyMap<Expr, Operand> = new Map(),
): PrintedSimd {
  const constants = (value: number): Operand => {
    const code = f32x4.const(value);
    return value === 0 ? code : fn.constant(code); // 0 costs one instruction
  };
  const nodes = schedule(roots, known);
  const uses = new Map<Expr, number>();
  const count = (e: Expr) => uses.set(e, (uses.get(e) ?? 0) + 1);
  for (const e of nodes) if (!known.has(e)) operands(e).forEach(count);
  // A root may be written as a number and used as a mask.
  for (const e of roots) {
    count(e);
    count(e);
  }
  const code: Code[] = [];
  let [bytes, locals] = [0, 0];
  const write = (piece: Code) => {
    code.push(piece);
    bytes += piece.length;
    if (copies * bytes > mostBytes || copies * locals > mostLocals) failBySize(nodes.length);
  };
  /** The code of each node's value: a mask for comparisons, numbers for all else. */
  const values = new Map<Expr, Code>();
  const raw = (e: Expr): Code => values.get(e) ?? [];
  const number = (e: Expr): Code => isBinary(e) ? v128.and(raw(e), constants(1)) : raw(e);
  const mask = (e: Expr): Code => isBinary(e) ? raw(e) : f32x4.ne(raw(e), 0);
  const inLocal = (value: Code): Code => {
    const local = fn.local("v128");
    locals++;
    write(local.set(value));
    return local.get;
  };
  const compute = (e: Expr): Operand => {
    switch (e.tag) {
      case "const":
        return constants(e.value);
      case "input":
        return inputs(e.name);
      case "detach":
        return raw(e.a);
      case "surrogate":
        return raw(e.value);
      case "spike":
        return f32x4.ge(number(e.a), 0);
      case "select":
        if (e.a.tag === "const" && Object.is(e.a.value, 0)) {
          return v128.andnot(number(e.b), mask(e.test));
        }
        return v128.bitselect(number(e.a), number(e.b), mask(e.test));
      case "sub":
        // 1 - s of a spike s: 1 wherever the mask isn't.
        return isBinary(e.b) && e.a.tag === "const" && e.a.value === 1
          ? v128.andnot(constants(1), raw(e.b))
          : f32x4.sub(number(e.a), number(e.b));
      default: {
        if (e.maths !== undefined) {
          const read = operands(e).map((operand) => inLocal(number(operand)));
          const { code: steps, value } = e.maths.onLanes(fn, read);
          write(steps);
          return inLocal(value); // The next function overwrites the locals that it reads.
        }
        const operate = instruction(e.tag as PlainUnaryTag | PlainBinaryTag);
        return "b" in e ? operate(number(e.a), number(e.b)) : operate(number(e.a));
      }
    }
  };
  for (const e of nodes) {
    const value = operandCode(known.get(e) ?? compute(e), typeConstants.v128);
    const isFree = known.has(e) || e.tag === "const" || e.tag === "input" || e.tag === "detach";
    const isShort = value.length <= longestInline;
    values.set(e, isFree || (uses.get(e) === 1 && isShort) ? value : inLocal(value));
  }
  return {
    code: joined(code),
    values: roots.map(number),
    masks: roots.map((e) => isBinary(e) ? raw(e) : undefined),
  };
}

function failBySize(operations: number): never {
  const limit = `${mostBytes} bytes of WebAssembly or ${mostLocals} local variables`;
  return failToCompile(`${operations} operations`, `, ${limit}`);
}
