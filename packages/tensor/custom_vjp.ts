import { sameShape, showShape } from "@spikeloop/backend";
import { describe, fail } from "@spikeloop/errors";
import { checkTensor } from "./check_tensor.ts";
import { checkFunction, stopGradient } from "./grad.ts";
import { record } from "./tape.ts";
import { Tensor } from "./tensor.ts";

/**
 * A function with a gradient rule of your own. `forward` computes the result; gradients do not flow
 * inside it. `pullback` gets the result's cotangent, the arguments and the result, and returns one
 * cotangent per argument (null for none).
 *
 * @throws {TypeError} if `forward` or `pullback` is no function.
 * @throws {TypeError} if the pullback returns another number of cotangents, or one of another
 * shape.
 *
 * @example
 * ```ts
 * import { customVjp, grad, mul, relu, tensor } from "@spikeloop/tensor";
 * import { assert } from "@std/assert";
 *
 * // Straight through: relu in the forward pass, the identity in the backward pass.
 * const straight = customVjp((x) => relu(x), (g) => [g]);
 * assert(grad((x) => mul(straight(x), 3))(tensor(-1)).item() === 3);
 * ```
 */
export function customVjp<Args extends Tensor[]>(
  forward: (...args: Args) => Tensor,
  pullback: (cotangent: Tensor, args: Args, result: Tensor) => readonly (Tensor | null)[],
): (...args: Args) => Tensor {
  checkFunction("customVjp", forward);
  checkFunction("customVjp", pullback);
  return (...args) => {
    args.forEach((x, i) => checkTensor("a function of customVjp", `argument ${i}`, x));
    const inner: unknown = forward(...args.map(stopGradient) as Args);
    checkTensor("a function of customVjp", "its result", inner);
    const tapeIndex: number = record(args, ([g]) => {
      if (g === undefined) return [];
      return checkCotangents(pullback(g, args, result), args);
    });
    const { backend, storage, shape, binary } = inner;
    const result = new Tensor(backend, storage, shape, binary, tapeIndex);
    return result;
  };
}

function checkCotangents(
  cotangents: readonly (Tensor | null)[],
  args: readonly Tensor[],
): (Tensor | undefined)[] {
  const action = "use the pullback of customVjp";
  if (!Array.isArray(cotangents)) {
    fail(action, `it returned ${describe(cotangents)}, expected an array`);
  }
  if (cotangents.length !== args.length) {
    const { length } = cotangents;
    fail(action, `it returned an array of length ${length}, expected one of ${args.length}`);
  }
  return args.map((x, i) => {
    const d: unknown = cotangents[i];
    if (d === null) return undefined;
    if (!(d instanceof Tensor)) {
      return fail(action, `cotangent ${i} is ${describe(d)}, expected a tensor or null`);
    }
    if (sameShape(d.shape, x.shape)) return d;
    return fail(
      action,
      `cotangent ${i} has shape ${showShape(d.shape)}, its argument ${showShape(x.shape)}`,
    );
  });
}
