/**
 * Shared by the tests of several packages: random numbers, models and cases of scans, comparison to
 * the bit, the number of trials.
 *
 * @module
 */
export { bytesOf } from "./bytes_of.ts";
export { collectGarbage, garbageCollector } from "./collect_garbage.ts";
export { type Allocations, countAllocations } from "./count_allocations.ts";
export { countModules, type Modules } from "./count_modules.ts";
export { choice, floats, generator, hardNumbers, integer, spikes } from "./random.ts";
export { assertSameBits } from "./same_bits.ts";
export {
  mapArgs,
  mapCotangents,
  type ScanCase,
  scanCase,
  type ScanExtents,
  type StorageMap,
  symmetric,
} from "./scan_case.ts";
export {
  adaptive,
  currentBased,
  integrateAndFire,
  leaky,
  noisyCount,
  scanModels,
  slopes,
  stateless,
} from "./scan_models.ts";
export { trials } from "./trials.ts";
export { withBuiltin } from "./with_builtin.ts";
export { foreignErrors, type PublicCall } from "./wrong_values.ts";
export { FakeCanvas } from "./fake_canvas.ts";
export { type FakeGpu, fakeGpu } from "./fake_gpu.ts";
