import { describeOption } from "@spikeloop/errors";
import { showShape } from "@spikeloop/backend";
import { Tensor } from "@spikeloop/tensor";

/** How many units a node has, and what makes it so. */
export interface Units {
  /** D. */
  readonly count: number;
  /** For messages. */
  readonly because: string;
}

/**
 * @param node The class's name.
 * @param axes What is expected, such as `["T", "N"]` before D.
 * @throws {TypeError} if `x` is not a tensor with these axes and D.
 * @throws {RangeError} if T is 0.
 */
export function checkSequence(
  node: string,
  x: unknown,
  axes: readonly string[],
  units: Units | undefined,
): asserts x is Tensor {
  const shape = `[${[...axes, units?.count ?? "D"].join(", ")}]`;
  const fail = (kind: typeof TypeError | typeof RangeError, problem: string): never => {
    throw new kind(`Cannot run ${node}: ${problem}`);
  };
  if (!(x instanceof Tensor)) {
    const hint = Array.isArray(x) ? "; make one with tensor(...)" : "";
    return fail(
      TypeError,
      `the input is ${describeOption(x)}, expected a tensor of shape ${shape}${hint}`,
    );
  }
  if (x.shape.length !== axes.length + 1) {
    fail(
      TypeError,
      `the input has ${x.shape.length} axes, ${showShape(x.shape)}, expected ${shape}: ` +
        (axes[0] === "T" ? "time steps, batch, units" : "batch, units"),
    );
  }
  const count = x.shape[axes.length];
  if (units !== undefined && count !== units.count) {
    fail(
      TypeError,
      `the input has ${count} units, ${showShape(x.shape)}, expected ${units.because}`,
    );
  }
  if (axes[0] === "T" && x.shape[0] === 0) {
    fail(
      RangeError,
      `the input has no time steps, ${showShape(x.shape)}, expected T of at least 1`,
    );
  }
}
