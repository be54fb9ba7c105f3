import {
  checkNames,
  describe,
  fail,
  isRecord,
  type Range,
  takeFlag,
  takeNumber,
} from "@spikeloop/errors";

/** A parameter of a surrogate: its range and its default. */
export interface Parameter extends Range {
  /**
   * The value if the user passes none, or a function of the parameters before it. A parameter
   * without a default is required.
   */
  readonly default?: number | ((earlier: Readonly<Record<string, number>>) => number);
}

/**
 * Returns the parameters of surrogate `name` in double precision: those in `options`, and defaults
 * for the others.
 *
 * @throws {TypeError} if `options` is not a record, has an unknown name, or a value of the wrong
 * kind.
 * @throws {RangeError} if a value is outside of its parameter's range, or leaves it when kernels
 * round it to float32.
 */
export function readParameters(
  name: string,
  parameters: Readonly<Record<string, Parameter>>,
  options: unknown,
): { params: Readonly<Record<string, number>>; spiking: boolean } {
  const action = `make surrogate "${name}"`;
  const known = [...Object.keys(parameters), "spiking"];
  if (!isRecord(options)) {
    fail(
      action,
      `its parameters are ${describe(options)}, expected a record of ${known.join(", ")}, ` +
        `as in ${name}(${example(parameters)})`,
    );
  }
  checkNames(action, options, known, "parameter");
  const { spiking = true } = options;
  const params: Record<string, number> = {};
  for (const [key, parameter] of Object.entries(parameters)) {
    const value = options[key] === undefined ? defaultOf(parameter, params) : options[key];
    params[key] = takeNumber(action, key, value, { ...parameter, float32: true });
  }
  return { params: Object.freeze(params), spiking: takeFlag(action, "spiking", spiking) };
}

function defaultOf(
  parameter: Parameter,
  earlier: Readonly<Record<string, number>>,
): number | undefined {
  return typeof parameter.default === "function" ? parameter.default(earlier) : parameter.default;
}

function example(parameters: Readonly<Record<string, Parameter>>): string {
  const [key] = Object.keys(parameters);
  return key === undefined ? "" : `{ ${key}: ${Math.max(2, defaultOf(parameters[key], {}) ?? 2)} }`;
}
