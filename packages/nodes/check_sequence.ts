import { showShape } from "@spikeloop/backend";
import { fail, refuse } from "@spikeloop/errors";
import { Tensor } from "@spikeloop/tensor";
import type { Units } from "./node_design.ts";

/**
 * Checks the input of a node, and returns it.
 *
 * @param node The class, for messages.
 * @param axes The axes before D, such as `["T", "N"]`.
 * @throws {TypeError} if `x` is not a tensor with these axes and D.
 * @throws {RangeError} if T is 0.
 */
export function checkSequence(
  node: string,
  x: unknown,
  axes: readonly string[],
  units: Units | undefined,
): Tensor {
  const shape = `[${[...axes, units?.count ?? "D"].join(", ")}]`;
  const action = `run ${node}`;
  if (!(x instanceof Tensor)) {
    const hint = Array.isArray(x) ? "; make one with tensor(...)" : "";
    refuse(action, "the input", x, `a tensor of shape ${shape}${hint}`);
  }
  const given = `the input has shape ${showShape(x.shape)}, expected`;
  const isSequence = axes[0] === "T";
  if (x.shape.length !== axes.length + 1) {
    fail(action, `${given} ${shape}: ${isSequence ? "time steps, " : ""}batch, units`);
  }
  if (units !== undefined && x.shape[axes.length] !== units.count) {
    fail(action, `${given} D of ${units.because}`);
  }
  if (isSequence && x.shape[0] === 0) fail(action, `${given} T of at least 1`, RangeError);
  return x;
}
