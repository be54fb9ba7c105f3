/**
 * The oldest Deno whose WebGPU computes right: older ones take sizes in numbers for sizes in bytes,
 * so that arguments of shaders are lost without an error.
 */
export const oldestDeno = "2.6.9";

/** The version of the Deno that runs this; undefined in other engines. */
export function denoVersion(): string | undefined {
  return (globalThis as { Deno?: { version?: { deno?: string } } }).Deno?.version?.deno;
}

/**
 * Returns why the GPU of this Deno cannot be used; undefined where it can. A version that is not
 * three numbers is taken for a new one.
 */
export function whyNotDeno(version: string | undefined): string | undefined {
  const numbers = (text: string) => text.match(/^(\d+)\.(\d+)\.(\d+)/)?.slice(1).map(Number);
  const own = numbers(version ?? "");
  if (version === undefined || own === undefined) return undefined;
  const oldest = numbers(oldestDeno) ?? [];
  const at = own.findIndex((n, i) => n !== oldest[i]);
  return at < 0 || own[at] > oldest[at] ? undefined : (
    `Cannot use a GPU in Deno ${version}, whose WebGPU loses arguments of shaders: ` +
    `expected Deno ${oldestDeno} or later; run "deno upgrade". Everything works on the CPU as well.`
  );
}
