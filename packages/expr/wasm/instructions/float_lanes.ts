import type { Code } from "../code.ts";
import type { ExtractLane, Group, One, ReplaceLane, Two } from "./forms.ts";

/**
 * What vectors of float32 and float64 share. Comparisons give all bits set where they hold. `min` and `max` are those
 * of IEEE 754 (NaN wins); `pmin(a, b)` is b < a ? b : a, `pmax(a, b)` is a < b ? b : a, which cost less.
 */
export type FloatLanes =
  & Group<One, "splat" | "ceil" | "floor" | "trunc" | "nearest" | "abs" | "neg" | "sqrt">
  & Group<Two, "eq" | "ne" | "lt" | "gt" | "le" | "ge">
  & Group<Two, "add" | "sub" | "mul" | "div" | "min" | "max" | "pmin" | "pmax">
  & Group<ExtractLane, "extractLane">
  & Group<ReplaceLane, "replaceLane">
  & { const(value: number): Code };
