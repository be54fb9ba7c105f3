// The structure of parts: all that their code depends on, which is not the numbers in tensors.
import * as e from "@spikeloop/expr";
import type { RowPart } from "@spikeloop/functional";

/** The structure of parts, as values that are the same for parts with the same code. */
export function structureOf(parts: readonly RowPart[]): readonly unknown[] {
  return [parts.length, ...parts.flatMap(structureOfPart)];
}

/** Whether two structures have the same code. */
export function sameStructure(a: readonly unknown[], b: readonly unknown[]): boolean {
  return a.length === b.length && a.every((value, i) => Object.is(value, b[i]));
}

type Formula = Extract<RowPart, { readonly kind: "map" }>["formula"];

/** The expressions of formulas, since most layers have one that never changes. */
const expressions = new WeakMap<Formula, readonly [rows: number, e.Expr]>();

/** The expression of a formula. Equal ones are one object. */
function expressionOf(formula: Formula, rows: number): e.Expr {
  const known = expressions.get(formula);
  if (known?.[0] === rows) return known[1];
  const names = Array.from({ length: rows }, (_, i) => e.input(`row${i}`));
  const expression = e.toExpr(formula(e.input("x"), ...names));
  expressions.set(formula, [rows, expression]);
  return expression;
}

function structureOfPart(part: RowPart): readonly unknown[] {
  switch (part.kind) {
    case "linear":
      return ["linear", ...part.weight.shape, part.bias?.size];
    case "groups":
      return ["groups", part.weight.size, part.bias.size];
    case "scan": {
      const { kernel, units, params, lateral } = part.setting;
      const { group, delay, weight, bias } = lateral ?? {};
      return [
        ...["scan", kernel, units, group, delay, weight?.size, bias?.size],
        ...params.map((value) => typeof value === "number" ? value : `${value.size} numbers`),
        ...kernel.states.map((name) => part.rest[name]),
      ];
    }
    case "map": {
      const sizes = (part.rows ?? []).map(({ size }) => size);
      return ["map", expressionOf(part.formula, sizes.length), ...sizes];
    }
    case "repeat":
      return ["repeat", part.times];
    case "readOut":
      return ["readOut", part.mode];
    case "residual":
      return ["residual", ...structureOf(part.parts)];
    case "parallel":
      return ["parallel", part.branches.length, ...part.branches.flatMap(structureOf)];
    default:
      return [part.kind];
  }
}
