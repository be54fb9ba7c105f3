/**
 * The function that collects garbage at once, which engines hide unless they are told otherwise.
 */
export async function garbageCollector(): Promise<() => void> {
  const [v8, vm] = await Promise.all([import("node:v8"), import("node:vm")]);
  v8.setFlagsFromString("--expose-gc");
  return vm.runInNewContext("gc");
}

/** Collects all objects that nobody holds, also those that finished tasks have looked at. */
export async function collectGarbage(): Promise<void> {
  const collect = await garbageCollector();
  // One collection may free an object that another one can collect.
  for (let i = 0; i < 3; i++) {
    await new Promise((resolve) => setTimeout(resolve));
    collect();
  }
}
