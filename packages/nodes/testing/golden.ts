// Results of the reference, read from testdata/, and their comparison with tensors.
import { assertEquals, fail } from "@std/assert";
import { type Surrogate, surrogate } from "@spikeloop/surrogate";
import type { Backend, Shape } from "@spikeloop/backend";
import { type Tensor, tensor } from "@spikeloop/tensor";

/** A backend under test. */
export interface Device {
  readonly backend: Backend;
  /**
   * Sums are rounded as on the CPU. If not, a spike may flip where the membrane is within rounding
   * of the threshold.
   */
  readonly exact?: boolean;
}

/** Numbers with a shape. */
export interface Golden {
  readonly shape: Shape;
  readonly data: ArrayLike<number | string>;
}

/** A surrogate as the reference names it. */
export interface GoldenSurrogate {
  readonly name: string;
  readonly [parameter: string]: string | number | null;
}

const folder = new URL("../testdata/", import.meta.url);

/** The cases of a JSON file of testdata/. */
export async function readCases<C>(file: string): Promise<C[]> {
  return JSON.parse(await Deno.readTextFile(new URL(file, folder))).cases;
}

/** The tensors of a safetensors file of testdata/ and the `config` of its metadata. */
export async function readGoldenTensors<T>(
  file: string,
): Promise<{ config: T; tensors: Readonly<Record<string, Golden>> }> {
  const { buffer } = await Deno.readFile(new URL(file, folder));
  const length = Number(new DataView(buffer).getBigUint64(0, true));
  const header = JSON.parse(new TextDecoder().decode(new Uint8Array(buffer, 8, length)));
  const { __metadata__: metadata, ...entries } = header;
  const tensors = Object.entries<{ dtype: string; shape: Shape; data_offsets: [number, number] }>(
    entries,
  ).map(([name, { dtype, shape, data_offsets: [from, to] }]) => {
    const bytes = buffer.slice(8 + length + from, 8 + length + to);
    return [name, {
      shape,
      data: dtype === "F32" ? new Float32Array(bytes) : new Uint8Array(bytes),
    }];
  });
  return { config: JSON.parse(metadata.config), tensors: Object.fromEntries(tensors) };
}

/** A golden tensor on a device. */
export function onDevice({ backend }: Device, { shape, data }: Golden): Tensor {
  return tensor(Float32Array.from(data, Number), shape, { backend });
}

/** The surrogate of a case. */
export function surrogateOf({ name, ...parameters }: GoldenSurrogate, spiking = true): Surrogate {
  const params = Object.entries(parameters).filter((entry): entry is [string, number] =>
    typeof entry[1] === "number"
  );
  return surrogate(name, { ...Object.fromEntries(params), ...(spiking ? {} : { spiking }) });
}

/** How far tensors were from the reference, relative to the largest entry, worst of all. */
export interface Deviation {
  worst: number;
}

/**
 * Registers the test of a file. Its cases wait for their numbers at the same time: a device may
 * take long to hand some out. The test prints how close the results were, if the variable
 * SPIKELOOP_DEVIATIONS is set.
 *
 * @param nodes The nodes under test, for its name.
 */
export function testGolden<C>(
  nodes: string,
  { backend }: Device,
  file: string,
  readCases: (file: string) => Promise<readonly C[]>,
  check: (one: C, deviation: Deviation) => Promise<void>,
): void {
  Deno.test(`${nodes} equal the reference in ${file} (${backend.name})`, async () => {
    const deviation = { worst: 0 };
    const cases = await readCases(file);
    await Promise.all(cases.map((one) => check(one, deviation)));
    if (Deno.env.get("SPIKELOOP_DEVIATIONS") === undefined) return;
    console.log(`${backend.name} ${file}: worst deviation ${deviation.worst.toExponential(2)}`);
  });
}

/** Fails unless a tensor agrees with the reference within `tolerance` of its largest entry. */
export async function assertGolden(
  actual: Tensor,
  expected: Golden,
  what: string,
  deviation: Deviation,
  tolerance = 1e-5,
): Promise<void> {
  assertEquals(actual.shape, expected.shape, `${what}: shape`);
  const got = await actual.data();
  const want = Float32Array.from(expected.data, Number);
  const largest = want.reduce((top, x) => Math.max(top, Math.abs(x)), 0);
  let worst = 0;
  for (let i = 0; i < want.length; i++) {
    const distance = Object.is(got[i], want[i]) ? 0 : Math.abs(got[i] - want[i]);
    worst = distance <= worst ? worst : distance; // NaN is the worst of all
  }
  const relative = worst === 0 ? 0 : worst / largest;
  deviation.worst = relative <= deviation.worst ? deviation.worst : relative;
  if (!(relative <= tolerance)) {
    fail(`${what}: differs by ${worst}, ${relative} of the largest entry ${largest}`);
  }
}

/**
 * Whether spikes are those of the reference; fails where they differ and no rounding can have done
 * it.
 */
export async function sameSpikes(
  { exact = true }: Device,
  actual: Tensor,
  expected: Golden,
  margin: number | null | undefined,
  what: string,
): Promise<boolean> {
  assertEquals(actual.shape, expected.shape, `${what}: shape of the spikes`);
  const got = await actual.data();
  const flipped = got.findIndex((s, i) => s !== Number(expected.data[i]));
  if (flipped < 0) return true;
  if (exact || (margin ?? Infinity) > 1e-5) {
    fail(`${what}: spike ${flipped} is ${got[flipped]}, expected ${expected.data[flipped]}`);
  }
  console.warn(`${what}: a spike flipped within ${margin} of the threshold`);
  return false;
}
