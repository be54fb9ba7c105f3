import { describe } from "@spikeloop/errors";
import { checkTensor } from "./check_tensor.ts";
import { checkFunction, stopGradient } from "./grad.ts";
import { sameShape, showShape } from "@spikeloop/backend";
import { record } from "./tape.ts";
import { Tensor } from "./tensor.ts";

/**
 * A function with a pullback of your own: `forward` computes the result, and gradients do not look inside it;
 * `pullback` gets the result's cotangent, the arguments and the result, and returns one cotangent per argument
 * (null for none).
 *
 * @throws {TypeError} if the pullback returns another number of cotangents, or one of another shape.
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
    const node = record("customVjp", args, ([g]) => {
      if (g === undefined) return [];
      return checkCotangents(pullback(g, args, result), args);
    });
    const { backend, storage, shape, binary } = inner;
    const result = new Tensor(backend, storage, shape, { binary, node });
    return result;
  };
}

function checkCotangents(
  given: readonly (Tensor | null)[],
  args: readonly Tensor[],
): (Tensor | undefined)[] {
  const fail = (problem: string): never => {
    throw new TypeError(`Cannot use the pullback of customVjp: ${problem}`);
  };
  if (!Array.isArray(given)) fail(`it returned ${describe(given)}, expected an array`);
  if (given.length !== args.length) {
    fail(`it returned ${given.length} cotangents for ${args.length} arguments`);
  }
  return given.map((d, i) => {
    if (d === null) return undefined;
    if (!(d instanceof Tensor)) {
      return fail(`cotangent ${i} is ${describe(d)}, expected a tensor or null`);
    }
    if (sameShape(d.shape, args[i].shape)) return d;
    return fail(
      `cotangent ${i} has shape ${showShape(d.shape)}, its argument ${showShape(args[i].shape)}`,
    );
  });
}
