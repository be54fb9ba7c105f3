import { assert, assertEquals, fail } from "@std/assert";
import type { Backend, ScanArgs, Storage } from "../backend.ts";
import { array } from "../reference/array.ts";
import { reference } from "../reference/reference.ts";
import type { ScanCase } from "./scan_case.ts";
import { pickArgs, pickCotangents } from "./side_by_side.ts";

/** Of the forward pass relative to what arrives, of the backward pass relative to the largest gradient. */
const tolerance = { forward: 1e-5, backward: 1e-4 };

/** The current that `sent` [N, D] makes in every unit. */
function lateralOf({ units, group, weight, bias }: ScanArgs, sent: Float32Array): Float32Array {
  if (weight === undefined || bias === undefined) return new Float32Array(sent.length);
  const [w, b] = [array(weight), array(bias)];
  return sent.map((_, e) => {
    const d = e % units;
    const first = e - d % group;
    let sum = b[d];
    for (let k = 0; k < group; k++) sum += w[d * group + k] * sent[first + k];
    return sum;
  });
}

const largest = (x: Float32Array) => x.reduce((top, v) => Math.max(top, Math.abs(v)), 1e-6);

function assertClose(
  got: Float32Array,
  want: Float32Array,
  allowed: number,
  what: string,
): void {
  assertEquals(got.length, want.length, `${what}: length`);
  const at = want.findIndex((w, i) => !(Math.abs(got[i] - w) <= allowed));
  if (at >= 0) fail(`${what}: element ${at} is ${got[at]}, expected ${want[at]}`);
}

/**
 * Runs a case on a device. Every single step is held against the evaluator's step from the device's own state before
 * it, so that one unit that lies within rounding of its threshold does not change the verdict on the others: such a
 * unit may go either way, and is shown. The gradients are compared where the evaluator alone spikes as the device.
 *
 * @returns Whether the gradients were compared.
 */
export async function checkDeviceScan(device: Backend, given: ScanCase): Promise<boolean> {
  const { kernel, args, title, cotangents, wants } = given;
  const upload = (s: Storage) => device.upload(array(s));
  const onDevice = pickArgs(args, upload);
  const forward = device.scan(kernel, onDevice, kernel.states.map((_, i) => i));
  const read = async (s: Storage | undefined) => s && await device.read(s);
  const [out, lateral, ...states] = await Promise.all(
    [forward.out, forward.lateral, ...forward.trace, ...forward.state].map(read),
  );
  assert(out !== undefined);
  const size = args.batch * args.units;
  const trace = states.slice(0, kernel.states.length);
  const row = (x: Float32Array, t: number) => x.subarray(t * size, (t + 1) * size);
  const shifted = (first: Storage | undefined, x: Float32Array | undefined) =>
    Float32Array.of(
      ...first === undefined ? new Float32Array(size) : array(first),
      ...x?.subarray(0, -size || undefined) ?? [],
    ).subarray(0, args.steps * size);
  // All steps as rows of one step, each from what the device had before it.
  const arriving = new Float32Array(out.length);
  for (let t = 0; t < args.steps; t++) {
    const current = t === 0
      ? args.lateral === undefined ? new Float32Array(size) : array(args.lateral)
      : lateralOf(args, row(out, t - 1));
    row(array(args.x), t).forEach((x, e) => arriving[t * size + e] = x + current[e]);
  }
  const stepsOf = (x: Float32Array) =>
    reference.scan(kernel, {
      ...args,
      ...{ steps: 1, batch: args.steps * args.batch, group: 0, x },
      ...{ lateral: undefined, weight: undefined, bias: undefined },
      state: args.state.map((s, i) => shifted(s, trace[i])),
    }, []);
  const expected = stepsOf(arriving);
  const wanted = array(expected.out);
  const near = [-1e-5, 1e-5].map((by) =>
    array(stepsOf(arriving.map((x) => x + by * Math.max(1, Math.abs(x)))).out)
  );
  const flipped = new Set<number>();
  wanted.forEach((w, i) => {
    const is = (value: number) => Math.abs(out[i] - value) <= 1e-5 * Math.max(1, Math.abs(value));
    if (is(w)) return;
    const told = `${title}: output ${i} is ${out[i]}, the evaluator gives ${w}`;
    if (!near.some((n) => is(n[i]))) fail(told);
    console.warn(`${told}, and ${near[0][i]} to ${near[1][i]} within rounding`);
    flipped.add(i);
  });
  const allowed = tolerance.forward * largest(arriving);
  trace.forEach((got, s) => {
    const want = array(expected.state[s]).map((w, i) => flipped.has(i) ? got?.[i] ?? NaN : w);
    assertClose(got ?? want.map(() => NaN), want, allowed, `${title}: state ${s}`);
    if (size > 0) assertEquals(states[trace.length + s], got?.slice(-size), `${title}: last state`);
  });
  if (args.group > 0 && size > 0) {
    const want = lateralOf(args, row(out, args.steps - 1));
    assertClose(lateral ?? new Float32Array(0), want, allowed, `${title}: lateral`);
  }

  const alone = array(reference.scan(kernel, args, []).out);
  if (flipped.size > 0 || alone.some((w, i) => Math.abs(w - out[i]) > 1e-3)) return false;
  const pulled = pickCotangents(cotangents, upload);
  const back = device.scanBackward(kernel, onDevice, forward.out, pulled, wants);
  const wantedBack = reference.scanBackward(kernel, args, alone, cotangents, wants);
  const flat = (
    { x, weight, bias, state, params }: typeof back,
  ) => [x, weight, bias, ...state, ...params];
  const names = ["x", "weight", "bias", ...kernel.states, ...kernel.params];
  const gradients = await Promise.all(flat(back).map(read));
  flat(wantedBack).forEach((want, i) => {
    const what = `${title}: gradient of ${names[i]}`;
    const got = gradients[i];
    if (want === undefined || got === undefined) assertEquals(got, want, what);
    else assertClose(got, array(want), tolerance.backward * largest(array(want)), what);
  });
  return true;
}
