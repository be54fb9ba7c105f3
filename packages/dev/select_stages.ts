import type { Stage } from "./stages.ts";

/**
 * Returns the chosen stages in the order of the gate: all of them without arguments, the named
 * ones, or with `--without` all but the named ones.
 *
 * @throws {RangeError} if there is no stage of a name.
 */
export function selectStages(stages: readonly Stage[], args: readonly string[]): Stage[] {
  const leaveOut = args[0] === "--without";
  const names = leaveOut ? args.slice(1) : args;
  const known = stages.map(({ name }) => name);
  const unknown = names.filter((name) => !known.includes(name));
  if (unknown.length > 0) {
    throw new RangeError(
      `Cannot run stage "${unknown.join('", "')}": the gate has ${known.join(", ")}`,
    );
  }
  if (names.length === 0) return [...stages];
  return stages.filter(({ name }) => names.includes(name) !== leaveOut);
}
