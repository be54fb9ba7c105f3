import { assertEquals, assertThrows } from "@std/assert";
import { ascii, zip } from "../testing/torch_file.ts";
import { isZip, readZip } from "./zip.ts";

const archive = zip({ "a.txt": ascii("one"), "folder/b": ascii("two") });

/** The archive with other bytes in one place. */
function edited(at: number, ...bytes: number[]): Uint8Array {
  const copy = archive.slice();
  copy.set(bytes, at);
  return copy;
}

const listAt = new DataView(archive.buffer).getUint32(archive.length - 6, true);

Deno.test("readZip() finds files by name and unpacks them when asked", () => {
  const files = readZip(archive);
  assertEquals([...files.keys()], ["a.txt", "folder/b"]);
  assertEquals([...files.get("folder/b")?.() ?? []], ascii("two"));
});

Deno.test("readZip() skips a comment after the archive", () => {
  const files = readZip(Uint8Array.from([...archive, ...ascii("a comment")]));
  assertEquals([...files.get("a.txt")?.() ?? []], ascii("one"));
});

Deno.test("readZip() refuses damaged archives", () => {
  const refuse = (bytes: Uint8Array, problem: string) =>
    assertThrows(
      () => {
        for (const open of readZip(bytes).values()) open();
      },
      SyntaxError,
      problem,
    );
  refuse(archive.subarray(0, -1), "without an end");
  refuse(edited(archive.length - 12, 3), "breaks off after 2 of 3");
  refuse(edited(listAt + 10, 9), "packed by method 9, expected 0 (stored) or 8 (deflate)");
  refuse(edited(listAt + 20, 4), "has two sizes");
  refuse(edited(listAt + 20, 0, 1), "is cut off");
  refuse(edited(listAt + 42, 1), "is not where the list of files says");
  refuse(edited(listAt + 24, 0, 1), "overlaps with others");
  const names = zip({ a: [], b: [] });
  names[names.lastIndexOf(98)] = 97;
  refuse(names, 'file "a" is there twice');
});

Deno.test("isZip() knows the signature of an archive", () => {
  assertEquals([archive, Uint8Array.of(80), Uint8Array.of(80, 75, 5, 6)].map(isZip), [
    true,
    false,
    false,
  ]);
});
