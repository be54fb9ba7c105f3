import type { Fail } from "./budget.ts";

/**
 * Leaves a part of a file out of a record: nothing lists its name, and asking for it throws the
 * reason. So a part that nobody needs hides no other, and a part that somebody needs is not just
 * undefined.
 *
 * @param record A record without a prototype.
 * @param fail Throws an error about the file.
 * @param reason The problem: `tensor "x" holds 16777217, which float32 cannot hold exactly`.
 */
export function leaveOut(record: object, name: string, fail: Fail, reason: string): void {
  Object.defineProperty(record, name, { enumerable: false, get: () => fail(reason) });
}
