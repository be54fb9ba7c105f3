import type { Fail } from "./budget.ts";

/**
 * Leaves a part of a file out of a record: nothing lists its name, and asking for it throws the
 * reason. A program that does not need the part reads the others, and one that needs it is told
 * why it is not there.
 *
 * @param record A record without a prototype.
 * @param fail Throws an error about the file.
 * @param reason The problem: `tensor "x" holds 16777217, which float32 cannot hold exactly`.
 */
export function leaveOut(record: object, name: string, fail: Fail, reason: string): void {
  Object.defineProperty(record, name, { enumerable: false, get: () => fail(reason) });
}

/**
 * Sets a name of a record to a value, or leaves it out if the value is refused.
 *
 * @param read Returns the value, or calls `refuse` with the reason to leave it out.
 */
export function setOrLeaveOut<T>(
  record: Record<string, T>,
  name: string,
  fail: Fail,
  read: (refuse: Fail) => T,
): void {
  const refusal: { reason?: string } = {};
  try {
    record[name] = read((reason) => {
      refusal.reason = reason;
      throw refusal;
    });
  } catch (error) {
    if (error !== refusal) throw error;
    leaveOut(record, name, fail, refusal.reason ?? "");
  }
}
