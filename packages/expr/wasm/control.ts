// Structured control. `br` counts the blocks, loops and branches around it from the inside, beginning at 0.
import { type Code, unsigned } from "./code.ts";

/** Leaves the enclosing `depth`-th block, or repeats the loop. */
export function br(depth: number): Code {
  return [0x0c, ...unsigned(depth)];
}

/** The same if `condition` is not 0. */
export function brIf(condition: Code, depth: number): Code {
  return [...condition, 0x0d, ...unsigned(depth)];
}

/** A block that `br` leaves. */
export function block(...body: readonly Code[]): Code {
  return [0x02, 0x40, ...body.flat(), 0x0b];
}

/** A block that `br` starts anew; falling through its end leaves it. */
export function repeat(...body: readonly Code[]): Code {
  return [0x03, 0x40, ...body.flat(), 0x0b];
}

/** Runs `body` if `condition` is not 0, else `otherwise`. */
export function when(condition: Code, body: Code, otherwise?: Code): Code {
  return [...condition, 0x04, 0x40, ...body, ...(otherwise ? [0x05, ...otherwise] : []), 0x0b];
}

/** `a` if `condition` is not 0, else `b`; both are computed. */
export function choose(a: Code, b: Code, condition: Code): Code {
  return [...a, ...b, ...condition, 0x1b];
}

/** Forgets a value. */
export function drop(a: Code): Code {
  return [...a, 0x1a];
}

/** Leaves the function. */
export const leave: Code = [0x0f];

/** Calls a function by its index. */
export function call(index: number, ...args: readonly Code[]): Code {
  return [...args.flat(), 0x10, ...unsigned(index)];
}
