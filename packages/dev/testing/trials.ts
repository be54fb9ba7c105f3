/** The variable that `deno task trial` sets. */
export const trialVariable = "SPIKELOOP_TRIAL";

/**
 * Returns how often a random test or a soak runs: `short` in `deno task test`, `long` in
 * `deno task trial`, which runs the test files that call this.
 */
export function trials(short: number, long: number, isTrial?: boolean): number {
  return isTrial ?? Deno.env.has(trialVariable) ? long : short;
}
