// The structure of parts: all that their code depends on, which is not the numbers in tensors.
import * as e from "@spikeloop/expr";
import type { RowPart } from "@spikeloop/functional";

/** The structure of parts, as values that are the same for parts with the same code. */
export function structureOf(parts: readonly RowPart[]): readonly unknown[] {
  const structure: unknown[] = [];
  addParts(structure, parts);
  return structure;
}

function addParts(structure: unknown[], parts: readonly RowPart[]): void {
  structure.push(parts.length);
  for (const part of parts) addPart(structure, part);
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

function addPart(structure: unknown[], part: RowPart): void {
  structure.push(part.kind);
  switch (part.kind) {
    case "linear":
      structure.push(...part.weight.shape, part.bias?.size);
      break;
    case "groups":
      structure.push(part.weight.size, part.bias.size);
      break;
    case "scan": {
      const { kernel, units, params, lateral } = part.setting;
      const { group, delay, weight, bias } = lateral ?? {};
      structure.push(kernel, units, group, delay, weight?.size, bias?.size);
      for (const value of params) {
        structure.push(typeof value === "number" ? value : `${value.size} numbers`);
      }
      for (const name of kernel.states) structure.push(part.rest[name]);
      break;
    }
    case "map": {
      const rows = part.rows ?? [];
      structure.push(expressionOf(part.formula, rows.length));
      for (const { size } of rows) structure.push(size);
      break;
    }
    case "repeat":
      structure.push(part.times);
      break;
    case "readOut":
      structure.push(part.mode);
      break;
    case "residual":
      addParts(structure, part.parts);
      break;
    case "parallel":
      structure.push(part.branches.length);
      for (const branch of part.branches) addParts(structure, branch);
  }
}
