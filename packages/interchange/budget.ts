import { showCount } from "@spikeloop/errors";

/** Throws an error with a problem of a file. */
export type Fail = (problem: string) => never;

/** The bytes that one call of a reader may make. Everything that it makes is paid from it. */
export interface Budget {
  /**
   * Pays for bytes before they are made: unpacked data, numbers, copies, objects.
   *
   * A few bytes of a file can ask for gigabytes, so nothing that a file asks for is made unpaid.
   */
  spend(bytes: number): void;
  /** Throws an error with a problem of the file. */
  readonly fail: Fail;
}

/** The price of a small object: an entry of a list or a map, a header of a tensor, a link. */
export const objectBytes = 64;

/** Every file may make this much, */
const freeBytes = 2 ** 26;
/** and this much for each of its bytes. */
const bytesPerByte = 32;

/**
 * Makes the budget of one call.
 *
 * @param fileSize The bytes of the file.
 * @param maxBytes The option of that name.
 * @param fail Called with the problem when the budget is spent.
 */
export function makeBudget(fileSize: number, maxBytes: number | undefined, fail: Fail): Budget {
  const most = maxBytes ?? freeBytes + bytesPerByte * fileSize;
  let left = most;
  return {
    fail,
    spend(bytes) {
      left -= bytes;
      // A count that is not a number must not pass, so this is not left < 0.
      if (!(left >= 0)) {
        const [size, limit] = [fileSize, most].map((n) => showCount(n, "byte"));
        fail(
          `reading its ${size} would make more than ${limit}; ` +
            "if you trust the file, allow more with the option maxBytes",
        );
      }
    },
  };
}
