import { closest, describeOption } from "@spikeloop/errors";
import { quoted } from "./names.ts";

/** What a surrogate's parameter may be. */
export interface Parameter {
  /** Its value where none is given, or how those before it make one. Without it, it is required. */
  readonly default?: number | ((earlier: Readonly<Record<string, number>>) => number);
  /** It must be greater than this. */
  readonly above?: number;
  /** It must be this or more. */
  readonly atLeast?: number;
  /** It must be this or less. */
  readonly atMost?: number;
  /** It must be an integer. */
  readonly integer?: boolean;
}

/**
 * The parameters of surrogate `name`, in double precision: those given in `options`, and defaults
 * for the others.
 *
 * @throws {TypeError} if `options` is no record, names something unknown, or holds a value of the
 * wrong kind.
 * @throws {RangeError} if a value is outside its parameter's range.
 */
export function readParameters(
  name: string,
  parameters: Readonly<Record<string, Parameter>>,
  options: unknown,
): { params: Readonly<Record<string, number>>; spiking: boolean } {
  const problem = (text: string) => `Cannot make surrogate "${name}": ${text}`;
  const known = [...Object.keys(parameters), "spiking"];
  if (typeof options !== "object" || options === null || Array.isArray(options)) {
    throw new TypeError(
      problem(
        `got ${describeOption(options)}, expected one record of ${quoted(known)}, as in ${name}(${
          example(parameters)
        })`,
      ),
    );
  }
  const given: Readonly<Record<string, unknown>> = { ...options };
  for (const key of Object.keys(given)) {
    if (known.includes(key)) continue;
    const [meant] = closest(key, known);
    const hint = meant === undefined ? "" : `; did you mean "${meant}"?`;
    throw new TypeError(problem(`it has no parameter "${key}", expected ${quoted(known)}${hint}`));
  }
  const { spiking = true } = given;
  if (typeof spiking !== "boolean") {
    throw new TypeError(problem(`spiking is ${describeOption(spiking)}, expected true or false`));
  }
  const params: Record<string, number> = {};
  for (const [key, parameter] of Object.entries(parameters)) {
    const value = given[key] === undefined ? defaultOf(parameter, params) : given[key];
    const expected = `${key} is ${describeOption(value)}, expected ${rangeOf(parameter)}`;
    if (typeof value !== "number") throw new TypeError(problem(expected));
    if (!fits(value, parameter)) throw new RangeError(problem(expected));
    params[key] = value;
  }
  return { params: Object.freeze(params), spiking };
}

function defaultOf(
  parameter: Parameter,
  earlier: Readonly<Record<string, number>>,
): number | undefined {
  return typeof parameter.default === "function" ? parameter.default(earlier) : parameter.default;
}

// Kernels see the value rounded to float32, so it has to be in range there too.
function fits(value: number, { above, atLeast, atMost, integer }: Parameter): boolean {
  return [value, Math.fround(value)].every((x) =>
    Number.isFinite(x) && (above === undefined || x > above) &&
    (atLeast === undefined || x >= atLeast) &&
    (atMost === undefined || x <= atMost) && (!integer || Number.isInteger(x))
  );
}

function rangeOf({ above, atLeast, atMost, integer }: Parameter): string {
  const bounds = [
    above === undefined ? "" : ` > ${above}`,
    atLeast === undefined ? "" : ` >= ${atLeast}`,
    atMost === undefined ? "" : ` <= ${atMost}`,
  ].filter((bound) => bound !== "");
  return `${integer ? "an integer" : "a finite float32 number"}${bounds.join(" and")}`;
}

function example(parameters: Readonly<Record<string, Parameter>>): string {
  const [key] = Object.keys(parameters);
  return key === undefined ? "" : `{ ${key}: ${Math.max(2, defaultOf(parameters[key], {}) ?? 2)} }`;
}
