import type { Code } from "../code.ts";
import type { Group, Load, One, Store, Two } from "./forms.ts";

/** What float32 and float64 share. `min` and `max` give NaN if an operand is, and take -0 for less than 0. */
export type FloatInstructions =
  & Group<One, "abs" | "neg" | "ceil" | "floor" | "trunc" | "nearest" | "sqrt">
  & Group<One, "convertI32S" | "convertI32U">
  & Group<Two, "eq" | "ne" | "lt" | "gt" | "le" | "ge">
  & Group<Two, "add" | "sub" | "mul" | "div" | "min" | "max" | "copysign">
  & Group<Load, "load">
  & Group<Store, "store">
  & { const(value: number): Code };
