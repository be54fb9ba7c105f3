/**
 * Registers `fn` as a test, unless there is a reason why it cannot run on this machine. Such a test
 * is reported as ignored, and `deno task test` lists it together with the reason.
 *
 * @example
 * ```ts ignore
 * import { testUnless } from "@spikeloop/dev";
 *
 * const noDriver = "gpu" in navigator ? undefined : "this runtime has no WebGPU";
 * testUnless(noDriver, "an adapter is found, or null is returned", async () => {
 *   await navigator.gpu.requestAdapter();
 * });
 * ```
 */
export function testUnless(
  reason: string | undefined,
  name: string,
  fn: (t: Deno.TestContext) => void | Promise<void>,
): void {
  if (reason === undefined) Deno.test(name, fn);
  else Deno.test({ name: ignoredName(name, reason), ignore: true, fn });
}

/** The name under which an ignored test carries its reason. */
export function ignoredName(name: string, reason: string): string {
  return `${name} (not run here: ${reason})`;
}
