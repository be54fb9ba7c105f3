import { fail } from "@spikeloop/errors";
import { isInspectable, type Layer, type RunOptions, takeResult } from "@spikeloop/functional";
import { Tensor, type Tree } from "@spikeloop/tensor";

/** The results of a batch. */
export interface Outcome {
  readonly loss: Tensor;
  readonly grads: Tree;
}

const hint = "try a smaller learning rate, clip gradients by clipByGlobalNorm, or look at the data";

function failAt(where: string, what: string): never {
  return fail("fit", `in ${where} values stop being finite, first ${what}; ${hint}`, RangeError);
}

async function hasFiniteValues(x: Tensor): Promise<boolean> {
  return (await x.data()).every(Number.isFinite);
}

/** The path of the first tensor of a tree that is not finite; undefined if all are. */
async function pathToNotFinite(tree: Tree, path: readonly string[]): Promise<string | undefined> {
  if (tree instanceof Tensor) return await hasFiniteValues(tree) ? undefined : path.join(".");
  for (const [name, branch] of Object.entries<Tree>(tree)) {
    const found = await pathToNotFinite(branch, [...path, name]);
    if (found !== undefined) return found;
  }
  return undefined;
}

/**
 * Checks that parameters are finite.
 *
 * @param noun One of them in messages: `the parameter`.
 * @throws {RangeError} if they are not; the message names the first that is not.
 */
export async function checkFinite(params: Tree, noun: string, where: string): Promise<void> {
  const path = await pathToNotFinite(params, []);
  if (path !== undefined) failAt(where, `in ${noun} ${path}`.trimEnd());
}

/**
 * Finds the first values that are not finite in a run whose loss or gradients are not, and throws
 * an error that names them.
 *
 * @throws {RangeError} in every case.
 */
export async function failNotFinite<P extends Tree, S extends Tree>(
  layer: Layer<P, S>,
  params: P,
  xSeq: Tensor,
  options: RunOptions,
  { loss, grads }: Outcome,
  where: string,
): Promise<never> {
  if (!await hasFiniteValues(xSeq)) failAt(where, "in the input x");
  await checkFinite(params, "the parameter", where);
  const state = layer.initialState(xSeq.shape[1], { backend: xSeq.backend });
  if (isInspectable(layer)) {
    const { layers } = layer.inspect(params, state, xSeq, options);
    for (const [name, y] of Object.entries(layers)) {
      if (!await hasFiniteValues(y)) failAt(where, `in the output of layer ${name}`);
    }
  }
  const [, output] = takeResult("fit", layer.multiStep(params, state, xSeq, options));
  if (!await hasFiniteValues(output)) failAt(where, "in the output of the layer");
  if (!await hasFiniteValues(loss)) failAt(where, "in the loss");
  await checkFinite(grads, "the gradient of", where);
  return failAt(where, "in the sum of all gradients");
}
