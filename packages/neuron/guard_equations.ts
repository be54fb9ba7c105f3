// The equations of a neuron that a program defines. Errors name what an equation reads or returns
// wrongly.
import { describe, didYouMean, fail } from "@spikeloop/errors";
import { isBinary, isExpr } from "@spikeloop/expr";
import type { Neuron } from "./neuron.ts";

const hint =
  "combine expressions with the functions of @spikeloop/expr, as in add(mul(v, p.vDecay), x)";

const distance = "sub(v, p.vThreshold)";

/**
 * Returns the same definition, of a neuron with these states, with equations that check the names
 * that they read and the values that they return.
 */
export function guardEquations(model: Neuron, states: readonly string[]): Neuron {
  const action = `use neuron "${model.name}"`;

  /** The same record. To read a name that it lacks is an error. */
  function guard<V extends Readonly<Record<string, unknown>>>(
    part: string,
    kind: string,
    record: V,
  ) {
    return new Proxy(record, {
      get: (target, key) => {
        if (typeof key === "string" && !(key in target)) {
          const known = Object.keys(target);
          fail(
            action,
            `its ${part} reads the ${kind} ${key}, which it lacks; it has ${
              known.join(", ") || "none"
            }${didYouMean(key, known)}`,
          );
        }
        return Reflect.get(target, key);
      },
    });
  }

  function run<R>(part: string, call: () => R): R {
    try {
      return call();
    } catch (error) {
      if (!(error instanceof TypeError) || error.message.startsWith("Cannot use neuron")) {
        throw error;
      }
      const problem = `its ${part} does not work. ${error.message}; ${hint}`;
      return fail(action, problem, TypeError, { cause: error });
    }
  }

  function checkExpr(part: string, value: unknown, state?: string): void {
    if (typeof value === "number" || isExpr(value)) return;
    const where = state === undefined ? "" : ` for the state ${state}`;
    const expected = "expected an expression or a number";
    fail(action, `its ${part} returns ${show(value)}${where}, ${expected}; ${hint}`);
  }

  function checkStates(part: string, result: unknown, required: readonly string[]): void {
    if (typeof result !== "object" || result === null || isExpr(result)) {
      const expected = `a record of states such as { ${states[0] ?? "v"}: ... }`;
      fail(action, `its ${part} returns ${show(result)}, expected ${expected}`);
    }
    const missing = required.find((s) => !Object.hasOwn(result, s));
    if (missing !== undefined) {
      fail(action, `its ${part} returns no value for the state ${missing}`);
    }
    for (const [state, value] of Object.entries(result)) {
      if (!states.includes(state)) {
        const known = states.join(", ") || "none";
        fail(
          action,
          `its ${part} returns a value for ${state}, which is no state of it; ` +
            `it has ${known}${didYouMean(state, states)}`,
        );
      }
      checkExpr(part, value, state);
    }
  }

  const { fire, reset, emit } = model;
  return {
    ...model,
    charge: (state, x, p, noise) => {
      const records = [guard("charge", "parameter", p), guard("charge", "noise", noise)] as const;
      const result = run(
        "charge",
        () => model.charge(guard("charge", "state", state), x, ...records),
      );
      checkStates("charge", result, states);
      return result;
    },
    ...fire && {
      fire: (state, p) => {
        const result = run(
          "fire",
          () => fire(guard("fire", "state", state), guard("fire", "parameter", p)),
        );
        checkExpr("fire", result);
        if (isExpr(result) && isBinary(result)) {
          const problem =
            "its fire returns a comparison, 0 or 1, so that it would fire at every step";
          fail(action, `${problem}; return how far it is above its threshold, as in ${distance}`);
        }
        return result;
      },
    },
    ...reset && {
      reset: (state, spike, p) => {
        const result = run(
          "reset",
          () => reset(guard("reset", "state", state), spike, guard("reset", "parameter", p)),
        );
        checkStates("reset", result, []);
        return result;
      },
    },
    ...emit && {
      emit: (state, spike, p, noise) => {
        const records = [guard("emit", "parameter", p), guard("emit", "noise", noise)] as const;
        const result = run("emit", () => emit(guard("emit", "state", state), spike, ...records));
        checkExpr("emit", result);
        return result;
      },
    },
  };
}

function show(value: unknown): string {
  if (value === undefined) return "nothing";
  return isExpr(value) ? "an expression" : describe(value);
}
