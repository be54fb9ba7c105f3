// Every skeleton, run by the tensor's backend or, where the backend leaves it out, by the CPU: by
// its kernels, or by the evaluator where there is none, and on machines without WebAssembly SIMD.
import {
  type AffineGradients,
  type AffineRecord,
  type AffineWants,
  type Backend,
  type ExtremeOp,
  type LateralExtents,
  type LateralGradients,
  type LateralRecord,
  type MapKernel,
  type MapOperand,
  type MatmulSpec,
  type ScanArgs,
  type ScanCotangents,
  type ScanGradients,
  type ScanKernel,
  type ScanResult,
  type ScanWants,
  type ScatterPart,
  type Shape,
  showShape,
  sizeOf,
  type Storage,
  type View,
} from "@spikeloop/backend";
import {
  evaluateAffine,
  evaluateExtreme,
  evaluateLateralGradient,
  evaluateMap,
  evaluateMatmul,
  evaluateParamGradient,
  evaluateScan,
  evaluateScanBackward,
  evaluateScatterAdd,
  evaluateSum,
  evaluateTake,
} from "@spikeloop/backend/evaluator";
import {
  borrow,
  cpuGather,
  cpuLateralGradient,
  cpuMap,
  cpuMatmul,
  cpuParamGradient,
  cpuScan,
  cpuScanBackward,
  cpuScatter,
  cpuSum,
} from "@spikeloop/cpu";
import { fail } from "@spikeloop/errors";
import { simdSupported } from "@spikeloop/expr/wasm";
import { lateOn } from "./late_skeletons.ts";

/**
 * Throws the error of a failed run: where memory for its result ran out, one that names the shape.
 */
export function failRun(error: unknown, shape: Shape): never {
  const isOurs = error instanceof Error && /^Cannot (?!make an array|allocate)/.test(error.message);
  if (!(error instanceof RangeError) || isOurs) throw error;
  const bytes = `its ${4 * sizeOf(shape)} bytes do not fit the memory`;
  return fail(`make a tensor of shape ${showShape(shape)}`, bytes, RangeError, { cause: error });
}

/** Runs `Skeletons.map`. On the CPU a kernel that seldom runs is evaluated instead of compiled. */
export function runMap(
  backend: Backend,
  kernel: MapKernel,
  operands: readonly MapOperand[],
  shape: readonly number[],
): Storage[] {
  try {
    if (backend.map !== undefined) return backend.map(kernel, operands, shape);
    const late = lateOn(backend, sizeOf(shape))?.map(kernel, operands, shape);
    if (late !== undefined) return late;
    return simdSupported()
      ? cpuMap(kernel, operands, shape, evaluateMap)
      : evaluateMap(kernel, operands, shape);
  } catch (error) {
    return failRun(error, shape);
  }
}

/** Runs `Skeletons.mapTogether`; no results where the backend can't. */
export function runMapTogether(
  backend: Backend,
  kernel: MapKernel,
  sets: readonly (readonly MapOperand[])[],
  lengths: readonly number[],
): readonly Storage[][] {
  try {
    return backend.mapTogether?.(kernel, sets, lengths) ?? [];
  } catch (error) {
    return failRun(error, lengths);
  }
}

/** Runs `Skeletons.reduce` with `"sum"`. */
export function runSum(
  backend: Backend,
  x: Storage,
  outer: number,
  axis: number,
  inner: number,
): Storage {
  if (backend.reduce !== undefined) return backend.reduce("sum", x, outer, axis, inner);
  return (simdSupported() ? cpuSum : evaluateSum)(x, outer, axis, inner);
}

/** Runs `Skeletons.reduce` with an extreme, for which the CPU has no kernel. */
export function runExtreme(
  backend: Backend,
  op: ExtremeOp,
  x: Storage,
  outer: number,
  axis: number,
  inner: number,
): Storage {
  if (backend.reduce !== undefined) return backend.reduce(op, x, outer, axis, inner);
  return evaluateExtreme(op, borrow(x), outer, axis, inner);
}

/** A product for a late array. It stands alone, so that other products leave no closure. */
function lateProduct(
  spec: MatmulSpec,
  a: Storage,
  b: Storage,
  bias?: Storage,
  relu?: boolean,
): () => Storage {
  return () => cpuMatmul(spec, a, b, bias, relu);
}

/** Runs `Skeletons.matmul`. */
export function runMatmul(backend: Backend, spec: MatmulSpec, a: Storage, b: Storage): Storage {
  try {
    if (backend.matmul !== undefined) return backend.matmul(spec, a, b);
    if (!simdSupported()) return evaluateMatmul(spec, a, b);
    const late = lateOn(backend, spec.batch * spec.m * spec.n);
    return late?.reuse(lateProduct(spec, a, b)) ?? cpuMatmul(spec, a, b);
  } catch (error) {
    return failRun(error, [spec.batch, spec.m, spec.n]);
  }
}

/** Runs `Skeletons.affine`; undefined where the backend has `matmul` but no `affine`. */
export function runAffine(
  backend: Backend,
  spec: MatmulSpec,
  a: Storage,
  b: Storage,
  bias: Storage,
  relu: boolean,
): Storage | undefined {
  try {
    const isOwn = backend.affine !== undefined || backend.matmul !== undefined;
    if (!isOwn && simdSupported()) {
      const late = lateOn(backend, spec.batch * spec.m * spec.n);
      return late?.reuse(lateProduct(spec, a, b, bias, relu)) ?? cpuMatmul(spec, a, b, bias, relu);
    }
    return isOwn
      ? backend.affine?.(spec, a, b, bias, relu)
      : evaluateAffine(spec, a, b, bias, relu);
  } catch (error) {
    return failRun(error, [spec.m, spec.n]);
  }
}

/** Runs `Skeletons.affineBackward`; undefined where the backend has none. */
export function runAffineBackward(
  backend: Backend,
  spec: MatmulSpec,
  args: AffineRecord,
  wants: AffineWants,
): AffineGradients | undefined {
  return backend.affineBackward?.(spec, args, wants);
}

/** Runs `Skeletons.gather`. The CPU's code for it is no kernel: it runs on all machines. */
export function runGather(backend: Backend, view: View): Storage {
  try {
    if (backend.gather !== undefined) return backend.gather(view);
    const late = lateOn(backend, sizeOf(view.shape));
    return late?.gather(view) ?? late?.reuse(() => cpuGather(view)) ?? cpuGather(view);
  } catch (error) {
    return failRun(error, view.shape);
  }
}

/** Runs `Skeletons.scatter`, on the CPU as `runGather` does. */
export function runScatter(
  backend: Backend,
  shape: Shape,
  parts: readonly ScatterPart[],
): Storage {
  const length = sizeOf(shape);
  try {
    if (backend.scatter !== undefined) return backend.scatter(length, parts);
    return cpuScatter(length, parts);
  } catch (error) {
    return failRun(error, shape);
  }
}

/** The extents before an axis, along it and after it. */
export type AxisExtents = readonly [outer: number, axis: number, inner: number];

/** Runs `Skeletons.take`, for which the CPU has no kernel. */
export function runTake(
  backend: Backend,
  x: Storage,
  indices: Storage,
  extents: AxisExtents,
): Storage {
  const [outer, , inner] = extents;
  try {
    if (backend.take !== undefined) return backend.take(x, indices, ...extents);
    return evaluateTake(borrow(x), borrow(indices), ...extents);
  } catch (error) {
    return failRun(error, [outer, indices.length, inner]);
  }
}

/** Runs `Skeletons.scatterAdd`. */
export function runScatterAdd(
  backend: Backend,
  slices: Storage,
  indices: Storage,
  extents: AxisExtents,
): Storage {
  try {
    if (backend.scatterAdd !== undefined) return backend.scatterAdd(slices, indices, ...extents);
    return evaluateScatterAdd(borrow(slices), borrow(indices), ...extents);
  } catch (error) {
    return failRun(error, extents);
  }
}

/** Runs `Skeletons.scan`. */
export function runScan(
  backend: Backend,
  kernel: ScanKernel,
  args: ScanArgs,
  trace: readonly number[],
): ScanResult {
  try {
    if (backend.scan !== undefined) return backend.scan(kernel, args, trace);
    const late = lateOn(backend, args.x.length)?.scan(kernel, args, trace);
    if (late !== undefined) return late;
    return simdSupported() ? cpuScan(kernel, args, trace) : evaluateScan(kernel, args, trace);
  } catch (error) {
    return failRun(error, [args.steps, args.batch, args.units]);
  }
}

/** Runs `Skeletons.scanBackward`. */
export function runScanBackward(
  backend: Backend,
  kernel: ScanKernel,
  args: ScanArgs,
  out: Storage,
  cotangents: ScanCotangents,
  wants: ScanWants,
): ScanGradients {
  if (backend.scanBackward !== undefined) {
    return backend.scanBackward(kernel, args, out, cotangents, wants);
  }
  const late = lateOn(backend, args.x.length)?.scanBackward(kernel, args, out, cotangents, wants);
  if (late !== undefined) return late;
  const run = simdSupported() ? cpuScanBackward : evaluateScanBackward;
  return run(kernel, args, out, cotangents, wants);
}

/** Runs `Skeletons.lateralGradient`. */
export function runLateralGradient(
  backend: Backend,
  records: readonly LateralRecord[],
  extents: LateralExtents,
): LateralGradients {
  if (backend.lateralGradient !== undefined) return backend.lateralGradient(records, extents);
  return simdSupported()
    ? cpuLateralGradient(records, extents)
    : evaluateLateralGradient(records, extents);
}

/** Runs `Skeletons.paramGradient`. */
export function runParamGradient(
  backend: Backend,
  rows: readonly Storage[],
  batch: number,
  units: number,
): Storage {
  if (backend.paramGradient !== undefined) return backend.paramGradient(rows, batch, units);
  return simdSupported()
    ? cpuParamGradient(rows, batch, units)
    : evaluateParamGradient(rows, batch, units);
}
