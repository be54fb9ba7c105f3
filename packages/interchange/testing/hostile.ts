// Tests that every reader must pass with damaged and hostile files.
import { assert, assertEquals, assertLess, assertThrows } from "@std/assert";

/** A fault, a file that has it, and a part of the message. */
export type Hostile = readonly [name: string, bytes: Uint8Array, message: string];

/** Registers a test that every file is refused at once, with its message. */
export function testHostile(read: (bytes: Uint8Array) => unknown, files: readonly Hostile[]): void {
  Deno.test("hostile files are refused at once, with their fault", async (t) => {
    for (const [name, bytes, message] of files) {
      await t.step(name, () => {
        const milliseconds = () => {
          const start = performance.now();
          const { message: text } = assertThrows(() => read(bytes), SyntaxError, message);
          assertLess(text.length, 500);
          return performance.now() - start;
        };
        // A busy machine may stop this thread for seconds, but not every time.
        const isQuick = () => milliseconds() < 5000;
        assert(isQuick() || isQuick() || isQuick(), "it takes more than five seconds");
      });
    }
  });
  Deno.test("a reader refuses a file that is no Uint8Array", () => {
    assertThrows(() => read("file" as unknown as Uint8Array), TypeError, 'from "file": expected');
    const buffer = new ArrayBuffer(8) as unknown as Uint8Array;
    assertThrows(() => read(buffer), TypeError, "a Uint8Array, new Uint8Array(buffer)");
  });
}

/**
 * Registers a test of damaged files: a file with one changed byte is read or refused, and a file
 * that is cut off is refused. Every `stride`th byte is changed, and more than `refused` of the
 * changed files must be refused.
 *
 * @param whole A file that is read.
 */
export function testDamaged(
  read: (bytes: Uint8Array) => unknown,
  name: string,
  whole: Uint8Array,
  { stride = 1, refused: minimum = 100 } = {},
): void {
  /** 1 if a file is refused, 0 if it is read. */
  const outcome = (bytes: Uint8Array): number => {
    try {
      read(bytes);
      return 0;
    } catch (error) {
      if (error instanceof SyntaxError) return 1;
      throw error;
    }
  };
  Deno.test(`a damaged ${name} is read or refused, never anything else`, () => {
    const bytes = whole.slice();
    let count = 0;
    for (let at = 0; at < bytes.length; at += stride) {
      for (const change of [1, 0x10, 0x40, 0x80, 0xff]) {
        bytes[at] ^= change;
        count += outcome(bytes);
        bytes[at] ^= change;
      }
      assertEquals(outcome(bytes.subarray(0, at)), 1);
    }
    assertLess(minimum, count);
  });
}
