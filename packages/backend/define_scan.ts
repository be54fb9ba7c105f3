import { didYouMean, fail } from "@spikeloop/errors";
import { type Expr, inputNames, numberPrefix } from "@spikeloop/expr";
import { withoutDenormals } from "./without_denormals.ts";
import type { ScanKernel } from "./skeletons.ts";

/** A time step: expressions over `"x"`, the states, the parameters and the noise sequences. */
export interface ScanDefinition {
  /** For messages. */
  readonly name: string;
  /** State variables. */
  readonly states: readonly string[];
  /** The model's parameters. */
  readonly params: readonly string[];
  /**
   * Inputs that stand for numbers (`numbersAsInputs`). They follow the parameters, and are passed
   * as numbers.
   */
  readonly numbers?: readonly string[];
  /** Further sequences that a step reads. */
  readonly noise?: readonly string[];
  /** The unit's output. */
  readonly out: Expr;
  /** The state after the step, in the order of `states`. */
  readonly next: readonly Expr[];
  /** `out` is always 0 or 1. */
  readonly binary: boolean;
  /** Sets states to 0 where they are below 2⁻¹²⁶, and gradients of x and of states as well. */
  readonly flushDenormal?: boolean;
}

const reserved: readonly string[] = ["x", "lateral", "out"];

/**
 * Checks the names of states, parameters and noise. Kernels use some names themselves: `x`,
 * `lateral` and `out`, cotangents, which start with `g.`, numbers of equations, which start with
 * `number.`, and arrays of kernels, which have spaces.
 *
 * @throws {TypeError} if a name is used twice, or is reserved.
 *
 * @example
 * ```ts
 * import { checkScanNames } from "@spikeloop/backend";
 * import { assertThrows } from "@std/assert";
 *
 * checkScanNames("use it", ["v", "vDecay"]);
 * assertThrows(() => checkScanNames("use it", ["v", "v"]), TypeError, '"v" names two things');
 * assertThrows(() => checkScanNames("use it", ["g.v"]), TypeError, "the time loop uses itself");
 * ```
 */
export function checkScanNames(action: string, names: readonly string[]): void {
  names.forEach((name, i) => {
    if (names.indexOf(name) !== i) fail(action, `"${name}" names two things`);
    const isReserved = reserved.includes(name) || name.startsWith("g.") ||
      name.startsWith(numberPrefix) || name.includes(" ");
    if (isReserved) fail(action, `"${name}" is a name that the time loop uses itself`);
  });
}

/**
 * Checks a time step. Call it once per definition: backends keep compiled code, and `scanPullback`
 * keeps the derived pullback, with the object that it returns.
 *
 * @throws {TypeError} if an expression reads a name that is neither x, a state, a parameter nor
 * noise.
 * @throws {TypeError} if the number of next values is not the number of states.
 * @throws {TypeError} if a name is used twice, or is reserved (`checkScanNames`).
 *
 * @example A leaky integrator, v = decay·v + x.
 * ```ts
 * import { add, input, mul } from "@spikeloop/expr";
 * import { defineScan } from "@spikeloop/backend";
 * import { ones, scan, zeros } from "@spikeloop/tensor";
 * import { assertEquals } from "@std/assert";
 *
 * const v = add(mul(input("v"), input("decay")), input("x"));
 * const states = ["v"];
 * const params = ["decay"];
 * const kernel = defineScan({ name: "leak", states, params, out: v, next: [v], binary: false });
 * const rest = { values: [zeros([1, 1])] };
 * const { out } = scan({ kernel, units: 1, params: [0.5] }, rest, ones([3, 1, 1]));
 * assertEquals([...out.dataSync()], [1, 1.5, 1.75]);
 * ```
 */
export function defineScan(definition: ScanDefinition): ScanKernel {
  const { name, states, params, noise = [], next } = definition;
  const action = `use neuron "${name}"`;
  checkScanNames(action, [...states, ...params, ...noise]);
  if (next.length !== states.length) {
    fail(action, `next.length is ${next.length}, states.length is ${states.length}`);
  }
  return makeScan(definition);
}

/**
 * {@linkcode defineScan} for packages that know that names and counts are right.
 *
 * @throws {TypeError} if an expression reads a name that is neither x, a state, a parameter nor
 * noise.
 *
 * @example A unit that sends its input on.
 * ```ts
 * import { makeInput } from "@spikeloop/expr";
 * import { makeScan } from "@spikeloop/backend";
 * import { assertEquals } from "@std/assert";
 *
 * const out = makeInput("x");
 * const relay = makeScan({ name: "relay", states: [], params: [], out, next: [], binary: false });
 * assertEquals(relay.noise, []);
 * ```
 */
export function makeScan(definition: ScanDefinition): ScanKernel {
  const { name, states, params, numbers = [], noise = [], out, next } = definition;
  const known = ["x", ...states, ...params, ...noise, ...numbers];
  const unknown = inputNames([out, ...next]).find((n) => !known.includes(n));
  if (unknown !== undefined) {
    const problem = `its equations read "${unknown}", which is none of ${known.join(", ")}`;
    fail(`use neuron "${name}"`, problem + didYouMean(unknown, known));
  }
  const { binary, flushDenormal } = definition;
  const kernel = { name, states, params: [...params, ...numbers], noise, out, next, binary };
  return flushDenormal ? { ...kernel, next: next.map(withoutDenormals), flushDenormal } : kernel;
}
