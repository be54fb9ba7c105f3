// What tests compare tensors with.
import { assertEquals } from "@std/assert";
import { type Key, uniform } from "@spikeloop/random";
import type { Backend } from "@spikeloop/backend";
import { type Tensor, tensor, type Tree, treeFromLeaves, treeLeaves } from "@spikeloop/tensor";

/** What one backend promises. */
export interface Device {
  readonly backend: Backend;
  /** Equal results have equal bits; otherwise they are close. */
  readonly exact: boolean;
  /** Only every n-th case runs, where kernels take long to compile. */
  readonly every?: number;
}

/** The cases that a device runs. */
export function sample<C>({ every = 1 }: Device, cases: readonly C[]): C[] {
  return cases.filter((_, i) => i % every === 0);
}

/**
 * Checks all cases. They wait for their numbers at the same time: a device may take long to hand
 * some out.
 */
export async function together<C>(
  cases: readonly C[],
  check: (one: C) => Promise<void>,
): Promise<void> {
  await Promise.all(cases.map(check));
}

/** All numbers of a tree of tensors. */
export async function numbers(tree: Tree): Promise<number[]> {
  const parts = await Promise.all(treeLeaves(tree).map((x) => x.data()));
  return parts.flatMap((p) => [...p]);
}

/** Fails unless both trees hold the same numbers: the same bits where the device is exact. */
export async function assertSame(device: Device, a: Tree, b: Tree, what: string): Promise<void> {
  assertEquals(treeLeaves(a).map((x) => x.shape), treeLeaves(b).map((x) => x.shape), what);
  if (!device.exact) return assertClose(a, b, 1e-5, what);
  const bits = (values: number[]) => new Int32Array(Float32Array.from(values).buffer);
  assertEquals(bits(await numbers(a)), bits(await numbers(b)), what);
}

/** Fails unless both trees agree within `tolerance` of the largest number. */
export async function assertClose(
  a: Tree,
  b: Tree | readonly number[],
  tolerance: number,
  what: string,
): Promise<void> {
  const actual = await numbers(a);
  const expected = isNumbers(b) ? b : await numbers(b);
  assertEquals(actual.length, expected.length, what);
  const scale = Math.max(1e-3, ...expected.map(Math.abs));
  const worst = Math.max(0, ...actual.map((x, i) => Math.abs(x - expected[i])));
  if (!(worst <= tolerance * scale)) {
    throw new Error(
      `${what}: differs by ${worst}, largest number ${scale}, tolerance ${tolerance}`,
    );
  }
}

function isNumbers(b: Tree | readonly number[]): b is readonly number[] {
  return Array.isArray(b) && b.every((x) => typeof x === "number");
}

/** A tensor of uniform numbers on a device. */
export function random(
  device: Device,
  key: Key,
  shape: readonly number[],
  min = -1,
  max = 1,
): Tensor {
  return uniform(key, shape, { min, max, backend: device.backend });
}

/**
 * The derivative of `f` along `direction`, from four values of `f`, each the dot product of what it
 * returns with `weights`, summed in double precision.
 */
export async function slopeAlong<P extends Tree>(
  f: (params: P) => Tree,
  params: P,
  direction: readonly (readonly number[])[],
  weights: readonly number[],
  h = 0.02,
): Promise<number> {
  const leaves = treeLeaves(params);
  const data = await Promise.all(leaves.map((x) => x.data()));
  const at = async (t: number) => {
    const moved = leaves.map((x, i) =>
      tensor(data[i].map((v, j) => v + t * direction[i][j]), x.shape, { backend: x.backend })
    );
    const values = await numbers(f(treeFromLeaves(params, moved)));
    return values.reduce((total, v, i) => total + v * weights[i], 0);
  };
  const [a, b, c, d] = [await at(-2 * h), await at(-h), await at(h), await at(2 * h)];
  return (a - 8 * b + 8 * c - d) / (12 * h);
}
