let collect: (() => void) | undefined;

/** The function that engines hide unless they are told otherwise. */
async function exposedCollection(): Promise<() => void> {
  const [v8, vm] = await Promise.all([import("node:v8"), import("node:vm")]);
  v8.setFlagsFromString("--expose-gc");
  return vm.runInNewContext("gc");
}

/** Collects what nobody holds, and lets finalization registries know. */
export async function collectGarbage(): Promise<void> {
  collect ??= await exposedCollection();
  // Objects of a finished task are free in the next one, and one collection may free what another
  // one can collect.
  for (let i = 0; i < 3; i++) {
    await new Promise((resolve) => setTimeout(resolve));
    collect();
  }
  await new Promise((resolve) => setTimeout(resolve));
}
