/**
 * The test files that take longest. `deno task test` names them before the folders, and Deno then
 * begins with their packages, and in each package with them. One that starts last would run alone
 * while the other cores wait.
 */
export const slowTests: readonly string[] = [
  "packages/spikeloop/engines_test.ts",
  "packages/dev/types/mistakes_test.ts",
  "packages/dev/npm/npm_package_test.ts",
  "packages/dev/site/site_test.ts",
  "packages/cpu/scan/scan_test.ts",
  "packages/nodes/gpu_test.ts",
  "packages/functional/gpu_test.ts",
  "packages/spikeloop/wrong_values_test.ts",
  "packages/interchange/nir/nir_test.ts",
  "packages/interchange/torch/read_torch_test.ts",
  "packages/dev/guides/tutorials_test.ts",
  "packages/functional/structure_test.ts",
  "packages/training/demo_test.ts",
];
