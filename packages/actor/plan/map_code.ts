// Code that computes numbers one by one, and copies them.
import * as e from "@spikeloop/expr";
import { f32, v128 } from "@spikeloop/expr/wasm";
import { type Numbers, type PartOf, type Phase, type RowCode, writeRow } from "./row_code.ts";
import { formulaCode } from "./scan_code.ts";

/** Computes a formula of numbers at addresses, into new memory unless `to` is given. */
export function computeCode(
  code: RowCode,
  formula: e.Expr,
  addresses: Readonly<Record<string, number>>,
  { units, phase }: Pick<Numbers, "units" | "phase">,
  to: number = code.allocate(units),
): Numbers {
  const { at, phases } = code;
  const sources = Object.fromEntries(
    Object.entries(addresses).map(([name, from]) => [name, v128.load(at, from)]),
  );
  const store = ([value]: readonly (readonly number[])[]) => [v128.store(at, value, to)];
  phases[phase].push(formulaCode(code, { units, formulas: [formula], sources, store }));
  return { address: to, units, phase, binary: e.isBinary(formula) };
}

/** Copies single numbers to an address, each so many times. */
export function copyCode(
  { fn, at, phases }: RowCode,
  x: Numbers,
  to: number,
  phase: Phase,
  times = 1,
): void {
  const target = fn.local("i32");
  const copies = Array.from(
    { length: times },
    (_, i) => f32.store(target, f32.load(at, x.address), to + 4 * i),
  );
  phases[phase].push(
    target.set(0),
    fn.loop(at, 0, 4 * x.units, 4, [...copies, target.increment(4 * times)]),
  );
}

/** Computes the formula of a part, whose rows of further numbers are parameters. */
export function mapCode(code: RowCode, x: Numbers, part: PartOf<"map">): Numbers {
  const rows = (part.rows ?? []).map(() => code.allocate(x.units));
  code.fill<"map">(({ rows: values = [] }, memory) =>
    rows.forEach((row, i) => writeRow(memory, row, x.units, values[i]))
  );
  const names = rows.map((_, i) => `row${i}`);
  const formula = e.toExpr(part.formula(e.input("x"), ...names.map(e.input)));
  const addresses = Object.fromEntries(rows.map((row, i) => [names[i], row]));
  return computeCode(code, formula, { x: x.address, ...addresses }, x);
}
