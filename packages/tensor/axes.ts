// The axes of a reduction.
import { resolveAxis, type Shape, showShape } from "@spikeloop/backend";
import { checkOptions, fail, takeFlag } from "@spikeloop/errors";

/** The axes to reduce: one, several, or a record. */
export type AxisOption = number | readonly number[] | {
  /** The axes; all of them if missing. */
  readonly axis?: number | readonly number[];
  /** Whether reduced axes stay, with extent 1; false if missing. */
  readonly keepDims?: boolean;
};

/** The axes to reduce, resolved. */
export interface Axes {
  /** Counted from the front, ascending. */
  readonly axes: readonly number[];
  /** Whether they stay, with extent 1. */
  readonly keepDims: boolean;
}

/**
 * The axes that an option names.
 *
 * @throws {TypeError} if an option is unknown or of the wrong kind.
 * @throws {RangeError} if there is no such axis, or one is named twice.
 */
export function resolveAxes(option: AxisOption | undefined, rank: number, name: string): Axes {
  if (typeof option === "number") {
    return { axes: [resolveAxis(option, rank, name)], keepDims: false };
  }
  const action = `run ${name}`;
  if (option !== undefined && !isList(option)) checkOptions(action, option, ["axis", "keepDims"]);
  const { axis, keepDims = false } = isList(option) ? { axis: option } : option ?? {};
  takeFlag(action, "keepDims", keepDims);
  if (axis === undefined) return { axes: Array.from({ length: rank }, (_, i) => i), keepDims };
  const list = isList(axis) ? axis : [axis];
  // Not list.map, which skips holes.
  const axes = Array.from(list, (a) => resolveAxis(a, rank, name)).sort((a, b) => a - b);
  if (new Set(axes).size < axes.length) {
    fail(action, `an axis is named twice in ${showShape(list)}`, RangeError);
  }
  return { axes, keepDims };
}

function isList(option: AxisOption | undefined): option is readonly number[] {
  return Array.isArray(option);
}

/** `shape` without the extents at `axes`, or with these extents set to 1. */
export function reducedShape(shape: Shape, { axes, keepDims }: Axes): number[] {
  return keepDims
    ? shape.map((n, i) => axes.includes(i) ? 1 : n)
    : shape.filter((_, i) => !axes.includes(i));
}
