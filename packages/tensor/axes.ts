// The axes that a reduction is asked to combine.
import { checkOptions } from "@spikeloop/errors";
import { resolveAxis, type Shape } from "@spikeloop/backend";

/** Which axes to combine: one, several, or all of them; `keepDims` leaves them with extent 1. */
export type AxisOption = number | readonly number[] | {
  /** The axes; all of them where nothing is said. */
  readonly axis?: number | readonly number[];
  /** Combined axes stay, with extent 1. */
  readonly keepDims?: boolean;
};

/** The axes of an option. */
export interface Axes {
  /** Counted from the front, ascending. */
  readonly axes: readonly number[];
  /** Whether they stay, with extent 1. */
  readonly keepDims: boolean;
}

/**
 * The axes that an option names.
 *
 * @throws {TypeError} if an option is unknown.
 * @throws {RangeError} if there is no such axis, or one is named twice.
 */
export function resolveAxes(option: AxisOption | undefined, rank: number, name: string): Axes {
  if (typeof option === "number") {
    return { axes: [resolveAxis(option, rank, name)], keepDims: false };
  }
  if (option !== undefined && !isList(option)) {
    checkOptions(`run ${name}`, option, ["axis", "keepDims"]);
  }
  const { axis, keepDims = false } = isList(option) ? { axis: option } : option ?? {};
  if (axis === undefined) return { axes: Array.from({ length: rank }, (_, i) => i), keepDims };
  const given = typeof axis === "number" ? [axis] : axis;
  const axes = given.map((a) => resolveAxis(a, rank, name)).sort((a, b) => a - b);
  if (axes.some((a, i) => i > 0 && a === axes[i - 1])) {
    throw new RangeError(`Cannot run ${name}: an axis is named twice in [${given.join(", ")}]`);
  }
  return { axes, keepDims };
}

function isList(option: AxisOption | undefined): option is readonly number[] {
  return Array.isArray(option);
}

/** `shape` with the extents at `axes` set to 1, or without them. */
export function reducedShape(shape: Shape, { axes, keepDims }: Axes): number[] {
  return keepDims
    ? shape.map((n, i) => axes.includes(i) ? 1 : n)
    : shape.filter((_, i) => !axes.includes(i));
}

/** Neighbouring axes as [first, last + 1) runs, the last run first: each is reduced at once. */
export function axisRuns(axes: readonly number[]): [number, number][] {
  const runs: [number, number][] = [];
  for (const a of axes) {
    const last = runs.at(-1);
    if (last !== undefined && last[1] === a) last[1] = a + 1;
    else runs.push([a, a + 1]);
  }
  return runs.reverse();
}
