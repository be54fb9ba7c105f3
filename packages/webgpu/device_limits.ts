/** The limits that are raised above the guaranteed ones as far as the adapter allows. */
export const raisedLimits = [
  "maxBufferSize",
  "maxStorageBufferBindingSize",
  "maxComputeInvocationsPerWorkgroup",
  "maxComputeWorkgroupSizeX",
  "maxComputeWorkgroupStorageSize",
] as const;

/** Limits of a device, read once: some runtimes look them up at every access. */
export type DeviceLimits = Readonly<
  Record<(typeof raisedLimits)[number] | "maxComputeWorkgroupsPerDimension", number>
>;

/** Reads the limits of a device. */
export function readLimits({ limits }: GPUDevice): DeviceLimits {
  const names = [...raisedLimits, "maxComputeWorkgroupsPerDimension"] as const;
  return Object.fromEntries(names.map((name) => [name, limits[name]])) as DeviceLimits;
}
