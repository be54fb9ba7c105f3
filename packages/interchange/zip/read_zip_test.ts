import { assertEquals, assertThrows } from "@std/assert";
import { ascii, little, zip } from "../testing/torch_file.ts";
import { makeBudget } from "../budget.ts";
import { fail } from "../torch/values.ts";
import { isZip, readZip as openZip } from "./read_zip.ts";

const readZip = (bytes: Uint8Array) => openZip(bytes, makeBudget(bytes.length, undefined, fail));

const archive = zip({ "a.txt": ascii("one"), "folder/b": ascii("two") });

const listAt = new DataView(archive.buffer).getUint32(archive.length - 6, true);
const endAt = archive.length - 22;

/** The archive with other bytes at one offset, and at a second one that says the same. */
function edited(offsets: number | number[], ...bytes: number[]): Uint8Array {
  const copy = archive.slice();
  for (const at of [offsets].flat()) copy.set(bytes, at);
  return copy;
}

Deno.test("readZip() finds files by name and unpacks them when asked", () => {
  const files = readZip(archive);
  assertEquals([...files.keys()], ["a.txt", "folder/b"]);
  assertEquals([...files.get("folder/b")?.() ?? []], ascii("two"));
});

Deno.test("readZip() skips a comment after the archive", () => {
  const files = readZip(Uint8Array.from([...archive, ...ascii("a comment")]));
  assertEquals([...files.get("a.txt")?.() ?? []], ascii("one"));
});

const refuse = (bytes: Uint8Array, problem: string) =>
  assertThrows(
    () => {
      for (const open of readZip(bytes).values()) open();
    },
    SyntaxError,
    problem,
  );

Deno.test("readZip() refuses damaged archives", () => {
  refuse(archive.subarray(0, -1), "without an end");
  refuse(edited(endAt + 8, 3, 0, 3), "breaks off after 2 of 3");
  refuse(edited(endAt + 8, 1, 0, 1), "has 54 bytes too many");
  refuse(edited(endAt + 10, 3), "several disks");
  refuse(edited(endAt + 4, 1), "several disks");
  refuse(edited(endAt + 12, 1), "whose list of files is at");
  refuse(edited(endAt + 16, 0, 1), "whose list of files is at");
  refuse(edited([listAt + 10, 8], 9), "packed by method 9, expected 0 (stored) or 8 (deflate)");
  refuse(edited(listAt + 20, 4), "has two sizes");
  refuse(edited([listAt + 20, 18, listAt + 24, 22], 0, 1), "is cut off");
  refuse(edited([listAt + 20, 18, listAt + 24, 22], 4), "overlaps others");
  refuse(edited(listAt + 42, 1), "is not where the list of files says");
  refuse(edited(listAt + 24, 0, 1), "has two sizes");
  const names = zip({ a: [], b: [] });
  names[names.lastIndexOf(98)] = 97;
  names[names.indexOf(98)] = 97;
  refuse(names, 'file "a" is there twice');
});

Deno.test("readZip() checks the CRC-32 of every file that is opened", () => {
  for (let bit = 0; bit < 8; bit++) {
    refuse(edited(35, archive[35] ^ 1 << bit), 'file "a.txt" is damaged: its CRC-32 is');
  }
  refuse(edited([14, listAt + 16], 0, 0, 0, 0), "the archive says 00000000");
  refuse(
    zip({ a: ascii("one") }, { deflated: true }).map((byte, i) => i === 32 ? byte ^ 32 : byte),
    'file "a" is damaged',
  );
});

Deno.test("readZip() refuses what the list and a file's own header say differently", () => {
  refuse(edited(6, 2), "has another set of flags than the list of files says");
  refuse(edited(8, 8), "has another packing than");
  refuse(edited(14, 0), "has another CRC-32 than");
  refuse(edited(18, 4), "has another size than");
  refuse(edited(22, 4), "has another size than");
  refuse(edited(30, 98), 'file "a.txt" calls itself "b.txt"');
});

Deno.test("readZip() refuses what is not what it seems: encrypted files, names that lead out", () => {
  refuse(edited([6, listAt + 8], 1), "is encrypted");
  refuse(edited(listAt + 8, 1), "is encrypted");
  refuse(edited([6, listAt + 8], 0x20), "is a patch of another file");
  refuse(edited([6, listAt + 8], 0, 0x20), "is encrypted");
  refuse(edited(listAt + 34, 1), "is on another disk");
  for (const name of ["../a", "/a", "a/../../b", "\\a", "a\\..", "a\0.pkl"]) {
    refuse(zip({ [name]: [] }), "has a name that leads elsewhere");
  }
});

Deno.test("readZip() refuses an archive in the comment of another", () => {
  const outer = zip({ a: ascii("outer") });
  const inner = zip({ b: ascii("inner") });
  outer[outer.length - 2] = inner.length;
  // The inner one counts from its own start, so move its list.
  const at = outer.length;
  const view = new DataView(inner.buffer);
  view.setUint32(inner.length - 6, view.getUint32(inner.length - 6, true) + at, true);
  refuse(Uint8Array.from([...outer, ...inner]), "with two ends");
});

Deno.test("readZip() takes sizes that a writer learned late, and sizes of 64 bits", () => {
  // As PyTorch writes them: bit 3 of the flags, and zeros in the header of the file.
  const late = edited([6, listAt + 8], 8);
  late.fill(0, 14, 26);
  assertEquals([...readZip(late).get("a.txt")?.() ?? []], ascii("one"));
  const { length } = archive;
  const list = archive.slice(listAt, endAt);
  const [first, second] = [list.subarray(0, 51), list.subarray(51)];
  first.set([255, 255, 255, 255, 255, 255, 255, 255, 5, 0, 20, 0], 20);
  first.fill(255, 42, 46);
  const extra = [1, 0, 24 - 8 + 8, 0, ...little(3, 8), ...little(3, 8), ...little(0, 8)];
  first.set([extra.length, 0], 30);
  const wideList = [...first, ...extra, ...second];
  const wideEnd = [
    ...ascii("PK\x06\x06"),
    ...little(44, 8),
    ...new Array(12).fill(0),
    ...little(2, 8),
    ...little(2, 8),
    ...little(wideList.length, 8),
    ...little(listAt, 8),
  ];
  const locator = [
    ...ascii("PK\x06\x07"),
    ...little(0, 4),
    ...little(listAt + wideList.length, 8),
    ...little(1, 4),
  ];
  const wide = (end: Uint8Array) =>
    Uint8Array.from([...archive.subarray(0, listAt), ...wideList, ...wideEnd, ...locator, ...end]);
  const end = archive.slice(endAt, length);
  end.fill(255, 8, 20);
  assertEquals([...readZip(wide(end)).get("a.txt")?.() ?? []], ascii("one"));
  end[8] = 3;
  end[9] = 0;
  refuse(wide(end), "two ends that differ");
  const displaced = wide(archive.slice(endAt));
  displaced[displaced.length - 22 - 12]++;
  refuse(displaced, "end of 64 bits is not where it says");
});

Deno.test("readZip() pays for what it unpacks, once", () => {
  const packed = zip({ a: new Uint8Array(1e6) }, { deflated: true });
  const read = (most: number) => openZip(packed, makeBudget(packed.length, most, fail));
  const open = read(1e6 + 10_000).get("a");
  assertEquals(open?.().length, 1e6);
  assertEquals(open?.() === open?.(), true);
  assertThrows(() => read(1e6).get("a")?.(), SyntaxError, "maxBytes");
});

Deno.test("isZip() knows the signature of an archive, with files and without", () => {
  const starts = [[80], [80, 75, 5, 6], [80, 75, 7, 8]].map((bytes) => Uint8Array.from(bytes));
  assertEquals([archive, ...starts].map(isZip), [true, false, true, false]);
});
