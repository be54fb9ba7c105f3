import { showCount } from "@spikeloop/errors";
import { textTable } from "./text_table.ts";

/** The kinds of faults. */
export type FindingKind =
  | "notFinite"
  | "silent"
  | "saturated"
  | "deadSurrogate"
  | "noGradient"
  | "inputScale"
  | "weightScale"
  | "zeroWeights"
  | "equalWeights";

/** A fault of a network. */
export interface Finding {
  /** The kind of fault. */
  readonly kind: FindingKind;
  /** The name of the layer; `"the input"` and `"the loss"` are no layers. */
  readonly layer: string;
  /** Says what was found. */
  readonly message: string;
  /** Says what to try first. */
  readonly advice: string;
  /** The time step at which values stop being finite, from 0 on. */
  readonly step?: number;
  /** The parameters that it is about, such as `fc1.weight`. */
  readonly params?: readonly string[];
}

/** The activity of a layer. Shares are from 0 to 1. */
export interface LayerActivity {
  /** The name of the layer. */
  readonly layer: string;
  /** Its kind, as in `summary`. */
  readonly kind: string;
  /** The mean output over steps, rows and units; undefined if the layer sends no spikes. */
  readonly rate?: number;
  /** The share of units that never fire. */
  readonly silent?: number;
  /** The share of units that fire at every step of every row. */
  readonly saturated?: number;
  /** The share of units for which the slope of the surrogate is 0 at every step of every row. */
  readonly dead?: number;
}

/** The method that Node, Deno and Bun call for `console.log`. */
const inspect: unique symbol = /* @__PURE__ */ Symbol.for("nodejs.util.inspect.custom");

/** The report of `diagnose`. `String(report)` and `console.log(report)` show it as text. */
export interface Diagnosis {
  /**
   * The faults, those of earlier layers first, and then the parameters without a gradient; empty if
   * all is well.
   */
  readonly findings: readonly Finding[];
  /** The activity of every layer. */
  readonly layers: readonly LayerActivity[];
  /** The findings, each with its advice, and a table of the layers. */
  toString(): string;
}

/** Makes a report. */
export function makeDiagnosis(
  findings: readonly Finding[],
  layers: readonly LayerActivity[],
): Diagnosis {
  const toString = () => textOf(findings, layers);
  const report = { findings, layers };
  for (const name of ["toString", inspect]) {
    Object.defineProperty(report, name, { value: toString });
  }
  return Object.freeze(report);
}

function textOf(findings: readonly Finding[], layers: readonly LayerActivity[]): string {
  const count = findings.length === 0 ? "No findings" : showCount(findings.length, "finding");
  const paragraphs = findings.map(({ layer, message, advice }, i) =>
    `${i + 1}. ${layer}: ${message}.\n   Try first: ${advice}.`
  );
  return [count, ...paragraphs, ...(layers.length === 0 ? [] : [tableOf(layers)])]
    .join("\n\n");
}

function tableOf(layers: readonly LayerActivity[]): string {
  const percent = (share: number | undefined) =>
    share === undefined ? "" : `${Math.round(100 * share)} %`;
  return textTable([
    ["layer", "kind", "rate", "never fire", "always fire", "slope 0"],
    ...layers.map(({ layer, kind, rate, silent, saturated, dead }) => [
      layer,
      kind,
      rate?.toFixed(3) ?? "",
      ...[silent, saturated, dead].map(percent),
    ]),
  ], 2);
}
