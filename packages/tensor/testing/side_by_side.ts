import { assertEquals, fail } from "@std/assert";
import {
  type AffineGradients,
  type AffineRecord,
  type AffineWants,
  type CompleteBackend,
  hostArray,
  type MatmulSpec,
  type Storage,
} from "@spikeloop/backend";
import { evaluator } from "@spikeloop/backend/evaluator";
import { mapArgs, mapCotangents, type StorageMap } from "@spikeloop/dev/testing";

/** A result of an operation on a device, and the same result on the evaluator. */
class Both implements Storage {
  readonly length: number;
  readonly device: Storage;
  readonly expected: Float32Array;

  constructor(device: Storage, expected: Float32Array) {
    assertEquals(device.length, expected.length);
    this.length = device.length;
    this.device = device;
    this.expected = expected;
  }
}

/**
 * A backend that runs every operation on a device and on the evaluator, and reads from the
 * evaluator.
 */
export interface SideBySide extends CompleteBackend {
  /**
   * Fails unless every result on the device since the last call is within rounding of the
   * evaluator's.
   */
  verify(): Promise<void>;
}

/** Pairs of results of the same form; `found` gets each pair. */
function pair<R>(device: R, expected: R, found: (both: Both) => void): R {
  if (expected instanceof Float32Array) {
    const both = new Both(device as Storage, expected);
    found(both);
    return both as R;
  }
  if (typeof expected !== "object" || expected === null) return expected;
  const entries = Object.entries(expected).map(([k, e]) =>
    [k, pair((device as Record<string, unknown>)[k], e, found)] as const
  );
  return (Array.isArray(expected) ? entries.map(([, v]) => v) : Object.fromEntries(entries)) as R;
}

/** Fails unless all numbers agree to 1e-5 of their own, or 1e-6 of the largest. */
function assertRounded(got: Float32Array, want: Float32Array, what: string): void {
  const sizes = want.filter(Number.isFinite).map(Math.abs);
  const absolute = 1e-6 * sizes.reduce((a, b) => Math.max(a, b), 0) + 1e-37;
  want.forEach((w, i) => {
    if (w === got[i] || Number.isNaN(w) && Number.isNaN(got[i])) return;
    if (Math.abs(got[i] - w) <= 1e-5 * Math.abs(w) + absolute) return;
    fail(`${what}: element ${i} of ${want.length} is ${got[i]}, expected ${w}`);
  });
}

/** The pullback of affine, an operation each. */
function evaluateAffineBackward(
  { m, k, n, ...spec }: MatmulSpec,
  { a, b, relu, cotangent }: AffineRecord,
  wants: AffineWants,
): AffineGradients {
  const y = relu && hostArray(relu);
  const g = hostArray(cotangent).map((g, i) => y !== undefined && y[i] <= 0 ? 0 : g);
  const straight = { transposeA: false, transposeB: false, binaryA: false, binaryB: false };
  const turned = { ...straight, transposeA: true };
  return {
    a: wants.a ? evaluator.matmul({ ...spec, ...straight, m, k: n, n: k }, g, b) : undefined,
    b: wants.b ? evaluator.matmul({ ...spec, ...turned, m: n, k: m, n: k }, g, a) : undefined,
    bias: wants.bias ? evaluator.reduce("sum", g, 1, m, n) : undefined,
  };
}

/** A device next to the evaluator. */
export function sideBySide(device: CompleteBackend): SideBySide {
  let open: { what: string; both: Both }[] = [];
  const onDevice: StorageMap = (s) => s instanceof Both ? s.device : s;
  const onEvaluator: StorageMap = (s) => s instanceof Both ? s.expected : s;
  function run<R>(what: string, operation: (backend: CompleteBackend, pick: StorageMap) => R): R {
    const expected = operation(evaluator, onEvaluator);
    return pair(operation(device, onDevice), expected, (both) => open.push({ what, both }));
  }
  const readSync = (storage: Storage) => hostArray(onEvaluator(storage)).slice();
  return {
    name: `${device.name} beside ${evaluator.name}`,
    read: (storage) => Promise.resolve(readSync(storage)),
    readSync,
    upload: (data) => run("upload", (b) => b.upload(data)),
    map: (kernel, operands, shape) =>
      run(`map of ${kernel.outputs.map((o) => o.tag)} over [${shape}]`, (b, pick) =>
        b.map(
          kernel,
          operands.map((o) =>
            typeof o === "number" ? o : { storage: pick(o.storage), strides: o.strides }
          ),
          shape,
        )),
    reduce: (op, x, outer, axis, inner) =>
      run(
        `${op} of [${[outer, axis, inner]}]`,
        (b, pick) => b.reduce(op, pick(x), outer, axis, inner),
      ),
    matmul: (spec, a, c) =>
      run(`matmul ${JSON.stringify(spec)}`, (b, pick) => b.matmul(spec, pick(a), pick(c))),
    mapTogether: (kernel, sets, lengths) =>
      run("map of several sets", (b, pick) => {
        const own = sets.map((set) =>
          set.map((o) => typeof o === "number" ? o : { storage: pick(o.storage), strides: [1] })
        );
        return b.mapTogether?.(kernel, own, lengths) ??
          own.map((set, i) => b.map(kernel, set, [lengths[i]]));
      }),
    affine: (spec, a, c, bias, relu) =>
      run(
        `affine ${JSON.stringify(spec)}`,
        (b, pick) => b.affine?.(spec, pick(a), pick(c), pick(bias), relu) as Storage,
      ),
    affineBackward: (spec, { a, b: weight, relu, cotangent }, wants) =>
      run(
        "the gradient of affine",
        (b, pick) =>
          (b.affineBackward ?? evaluateAffineBackward)(spec, {
            a: pick(a),
            b: pick(weight),
            relu: relu && pick(relu),
            cotangent: pick(cotangent),
          }, wants),
      ),
    gather: (view) =>
      run("gather", (b, pick) => b.gather({ ...view, storage: pick(view.storage) })),
    scatter: (length, parts) =>
      run(
        "scatter",
        (b, pick) => b.scatter(length, parts.map(({ data, into }) => ({ data: pick(data), into }))),
      ),
    take: (x, indices, ...extents) =>
      run(`take of [${extents}]`, (b, pick) => b.take(pick(x), pick(indices), ...extents)),
    scatterAdd: (slices, indices, ...extents) =>
      run(
        `scatterAdd to [${extents}]`,
        (b, pick) => b.scatterAdd(pick(slices), pick(indices), ...extents),
      ),
    scan: (kernel, args, trace) =>
      run(`neuron ${kernel.name}`, (b, pick) => b.scan(kernel, mapArgs(args, pick), trace)),
    scanBackward: (kernel, args, out, cotangents, wants) =>
      run(`the gradient of neuron ${kernel.name}`, (b, pick) =>
        b.scanBackward(
          kernel,
          mapArgs(args, pick),
          pick(out),
          mapCotangents(cotangents, pick),
          wants,
        )),
    lateralGradient: (records, extents) =>
      run("lateralGradient", (b, pick) =>
        b.lateralGradient(
          records.map(({ lateral, out }) => ({ lateral: pick(lateral), out: pick(out) })),
          extents,
        )),
    paramGradient: (rows, batch, units) =>
      run("paramGradient", (b, pick) => b.paramGradient(rows.map(pick), batch, units)),
    verify: async () => {
      const checks = open;
      open = [];
      const ends = checks.map(((at) => ({ both }) => at += both.length)(0));
      const windows = checks.map(({ both }, i) => ({
        data: both.device,
        into: { offset: ends[i] - both.length, shape: [both.length], strides: [1] },
      }));
      // One copy of all, read at once: a device takes long to hand something out.
      const all = await device.read(device.scatter(ends.at(-1) ?? 0, windows));
      checks.forEach(({ what, both }, i) =>
        assertRounded(all.subarray(ends[i] - both.length, ends[i]), both.expected, what)
      );
    },
  };
}
