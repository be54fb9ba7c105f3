// Comparisons of tensors for tests.
import { assertEquals } from "@std/assert";
import { type Key, uniform } from "@spikeloop/random";
import type { Backend } from "@spikeloop/backend";
import { type Tensor, tensor, type Tree, treeFromLeaves, treeLeaves } from "@spikeloop/tensor";

/** A backend and the precision of its results. */
export interface Device {
  readonly backend: Backend;
  /** Whether equal results have equal bits; otherwise they are close. */
  readonly exact: boolean;
  /** Runs a sample of the cases only, for devices whose kernels take long to compile. */
  readonly isSampled?: boolean;
}

/** Returns the cases that a device runs: all of them, or every `stride`-th. */
export function sample<C>({ isSampled = false }: Device, cases: readonly C[], stride: number): C[] {
  return cases.filter((_, i) => !isSampled || i % stride === 0);
}

/**
 * Checks all cases at once: some devices take long to read numbers back, and the waits overlap.
 */
export async function together<C>(
  cases: readonly C[],
  check: (one: C) => Promise<void>,
): Promise<void> {
  await Promise.all(cases.map(check));
}

/** Reads all numbers of a tree of tensors. */
export async function numbers(tree: Tree): Promise<number[]> {
  const parts = await Promise.all(treeLeaves(tree).map((x) => x.data()));
  return parts.flatMap((p) => [...p]);
}

/** Checks that both trees hold the same numbers: the same bits if the device is exact. */
export async function assertSame(device: Device, a: Tree, b: Tree, what: string): Promise<void> {
  assertEquals(treeLeaves(a).map((x) => x.shape), treeLeaves(b).map((x) => x.shape), what);
  if (!device.exact) return assertClose(a, b, 1e-5, what);
  const bits = (values: number[]) => new Int32Array(Float32Array.from(values).buffer);
  assertEquals(bits(await numbers(a)), bits(await numbers(b)), what);
}

/** Checks that both trees agree within `tolerance` of the largest number. */
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

/** Draws a tensor of uniform numbers on a device. */
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
 * Returns the derivative of `f` along `direction` from its results at four places. Each result is
 * multiplied with `weights` and summed in double precision.
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
