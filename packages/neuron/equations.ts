// Calls a neuron's equations with expressions. Errors name what an equation reads or returns
// wrongly.
import { describe, didYouMean, fail } from "@spikeloop/errors";
import { type Expr, input, toExpr } from "@spikeloop/expr";
import type { Neuron, NeuronParams, ParamExprs, StateExprs } from "./neuron.ts";

type Part = "charge" | "fire" | "reset" | "emit";

const hint =
  "combine expressions with the functions of @spikeloop/expr, as in add(mul(v, p.vDecay), x)";

/** The equations of one neuron, to be called. */
export interface Equations {
  /** The same expressions. To read a name that is not among them is an error. */
  guard(part: Part, kind: "state" | "noise", exprs: StateExprs): StateExprs;
  /** The states that a part returns. They include the `required` ones. */
  states(part: Part, required: readonly string[], call: (p: ParamExprs) => unknown): StateExprs;
  /** The expression that a part returns. */
  one(part: Part, call: (p: ParamExprs) => unknown): Expr;
}

/**
 * The equations of a neuron with these states, whose parameters are null where `params` says so.
 */
export function equationsOf(
  { name, params: defaults }: Neuron,
  states: readonly string[],
  params: NeuronParams,
): Equations {
  const action = `use neuron "${name}"`;

  function guard<V>(part: Part, kind: string, record: Readonly<Record<string, V>>) {
    return new Proxy(record, {
      get: (target, key) => {
        if (typeof key === "string" && !(key in target)) {
          const known = Object.keys(target);
          const hint = didYouMean(key, known);
          throw new Misread(
            `its ${part} reads the ${kind} ${key}, which it lacks; it has ${
              known.join(", ") || "none"
            }${hint}`,
          );
        }
        return Reflect.get(target, key);
      },
    });
  }

  const inputs = Object.fromEntries(
    Object.keys(defaults).map((k) => [k, params[k] === null ? null : input(k)]),
  );

  function run(part: Part, call: (p: ParamExprs) => unknown): unknown {
    try {
      return call(guard(part, "parameter", inputs) as ParamExprs);
    } catch (error) {
      if (error instanceof Misread) return fail(action, error.message);
      if (!(error instanceof TypeError)) throw error;
      const problem = `its ${part} does not work. ${error.message}; ${hint}`;
      return fail(action, problem, TypeError, { cause: error });
    }
  }

  function expression(part: Part, value: unknown, state?: string): Expr {
    try {
      return toExpr(value as Expr);
    } catch (error) {
      const place = state === undefined ? "" : ` for the state ${state}`;
      const expected = "expected an expression or a number";
      const problem = `its ${part} returns ${showResult(value)}${place}, ${expected}; ${hint}`;
      return fail(action, problem, TypeError, { cause: error });
    }
  }

  return {
    guard,
    one: (part, call) => expression(part, run(part, call)),
    states: (part, required, call) => {
      const result = run(part, call);
      if (typeof result !== "object" || result === null || "tag" in result) {
        const expected = `a record of states such as { ${states[0] ?? "v"}: ... }`;
        return fail(action, `its ${part} returns ${showResult(result)}, expected ${expected}`);
      }
      const missing = required.find((s) => !Object.hasOwn(result, s));
      if (missing !== undefined) {
        fail(action, `its ${part} returns no value for the state ${missing}`);
      }
      const unknown = Object.keys(result).find((s) => !states.includes(s));
      if (unknown !== undefined) {
        fail(
          action,
          `its ${part} returns a value for ${unknown}, which is no state of it; it has ${
            states.join(", ") || "none"
          }${didYouMean(unknown, states)}`,
        );
      }
      const exprs = Object.entries(result).map(([s, value]) =>
        [s, expression(part, value, s)] as const
      );
      return Object.fromEntries(exprs);
    },
  };
}

/** An equation reads a name that the neuron lacks. */
class Misread extends Error {}

function showResult(value: unknown): string {
  if (value === undefined) return "nothing";
  return typeof value === "object" && value !== null && "tag" in value
    ? "an expression"
    : describe(value);
}
