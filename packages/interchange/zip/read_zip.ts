import { showCount } from "@spikeloop/errors";
import type { Budget, Fail } from "../budget.ts";
import { crc32 } from "../crc32.ts";
import { inflate } from "../inflate.ts";
import { findList, signatures, uint64, viewOf } from "./find_list.ts";

/** The price of a file of an archive before it is opened. */
const entryBytes = 512;
/** The bits of an entry's flags that say that its bytes are not what they seem. */
const scrambled: readonly [bit: number, problem: string][] = [
  [0x0001, "is encrypted"],
  [0x0020, "is a patch of another file"],
  [0x0040, "is encrypted"],
  [0x2000, "is encrypted"],
];

/** A file of an archive, as the list of files has it. */
interface Entry {
  readonly name: string;
  readonly flags: number;
  readonly method: number;
  readonly crc: number;
  readonly packedSize: number;
  readonly size: number;
  /** The offset of its own header. */
  readonly local: number;
  /** Throws an error with a problem of the file. */
  readonly refuse: (problem: string) => never;
}

/** Whether a file begins as a ZIP archive does. */
export function isZip(bytes: Uint8Array): boolean {
  if (bytes.length < 4) return false;
  const signature = viewOf(bytes).getUint32(0, true);
  return signature === signatures.local || signature === signatures.end; // without a file
}

/**
 * The files of a ZIP archive by name. A file is unpacked, and its checksum checked, when its
 * function is called first.
 *
 * Programs disagree about archives that contradict themselves, so that one sees other files than
 * another. Such archives are refused: a name twice, files that overlap, a header of a file that
 * differs from the list of files, two lists.
 *
 * Source: PKWARE's APPNOTE.TXT, "ZIP File Format Specification".
 *
 * @throws {SyntaxError} if the archive is malformed; the message says how.
 */
export function readZip(bytes: Uint8Array, budget: Budget): Map<string, () => Uint8Array> {
  const view = viewOf(bytes);
  const fail: Fail = budget.fail;
  const { count, start, end } = findList(bytes, fail);
  const files = new Map<string, () => Uint8Array>();
  const ranges: [from: number, to: number, entry: Entry][] = [];
  let at = start;
  for (let i = 0; i < count; i++) {
    if (at + 46 > end || view.getUint32(at, true) !== signatures.entry) {
      fail(`it is a ZIP archive whose list of files breaks off after ${i} of ${count}`);
    }
    budget.spend(entryBytes);
    const entry = readEntry(bytes, at, fail);
    const { name, refuse } = entry;
    at += 46 + view.getUint16(at + 28, true) + view.getUint16(at + 30, true) +
      view.getUint16(at + 32, true);
    if (at > end) refuse("is listed beyond the end of the list");
    if (files.has(name)) refuse("is there twice");
    const from = findData(bytes, entry);
    if (from + entry.packedSize > start) refuse("is cut off");
    ranges.push([entry.local, from + entry.packedSize, entry]);
    let content: Uint8Array | undefined;
    files.set(name, () => content ??= unpack(bytes, from, entry, budget));
  }
  if (at !== end) {
    fail(`it is a ZIP archive whose list of files has ${showCount(end - at, "byte")} too many`);
  }
  ranges.sort(([a], [b]) => a - b);
  ranges.reduce((last, [from, to, { refuse }]) => from < last ? refuse("overlaps others") : to, 0);
  return files;
}

/** Reads a line of the list of files. */
function readEntry(bytes: Uint8Array, at: number, fail: Fail): Entry {
  const view = viewOf(bytes);
  const nameEnd = at + 46 + view.getUint16(at + 28, true);
  const extraEnd = nameEnd + view.getUint16(at + 30, true);
  const name = new TextDecoder().decode(bytes.subarray(at + 46, nameEnd));
  const refuse = (problem: string) =>
    fail(`the archive's file ${JSON.stringify(name.slice(0, 100))} ${problem}`);
  if (/^[/\\]|\0|(^|[/\\])\.\.([/\\]|$)/.test(name)) refuse("has a name that leads elsewhere");
  const [flags, method] = [view.getUint16(at + 8, true), view.getUint16(at + 10, true)];
  for (const [bit, problem] of scrambled) if (flags & bit) refuse(problem);
  if (method !== 0 && method !== 8) {
    refuse(`is packed by method ${method}, expected 0 (stored) or 8 (deflate)`);
  }
  if (view.getUint16(at + 34, true) !== 0) refuse("is on another disk");
  // Numbers of more than 32 bits are in an extra field, in this order.
  let extra = findWide(view, nameEnd, Math.min(extraEnd, bytes.length));
  const [size, packedSize, local] = [at + 24, at + 20, at + 42].map((offset) => {
    const value = view.getUint32(offset, true);
    if (value !== 0xffffffff) return value;
    if (extra === undefined || extra.at + 8 > extra.end) return value;
    extra = { at: extra.at + 8, end: extra.end };
    return uint64(view, extra.at - 8);
  });
  if (method === 0 && packedSize !== size) refuse("has two sizes");
  return {
    name,
    flags,
    method,
    crc: view.getUint32(at + 16, true),
    packedSize,
    size,
    local,
    refuse,
  };
}

/** The extra field of sizes of 64 bits. */
function findWide(
  view: DataView,
  from: number,
  to: number,
): { at: number; end: number } | undefined {
  for (let at = from; at + 4 <= to;) {
    const end = at + 4 + view.getUint16(at + 2, true);
    if (view.getUint16(at, true) === 1 && end <= to) return { at: at + 4, end };
    at = end;
  }
  return undefined;
}

/** Checks a file's own header against the list, and returns the offset of its first byte. */
function findData(bytes: Uint8Array, entry: Entry): number {
  const { name, flags, method, crc, packedSize, size, local, refuse } = entry;
  const view = viewOf(bytes);
  if (local + 30 > bytes.length || view.getUint32(local, true) !== signatures.local) {
    refuse("is not where the list of files says");
  }
  const nameEnd = local + 30 + view.getUint16(local + 26, true);
  const own = new TextDecoder().decode(bytes.subarray(local + 30, nameEnd));
  if (own !== name) refuse(`calls itself ${JSON.stringify(own.slice(0, 100))}`);
  const differs = (what: string) => refuse(`has another ${what} than the list of files says`);
  if (view.getUint16(local + 6, true) !== flags) differs("set of flags");
  if (view.getUint16(local + 8, true) !== method) differs("packing");
  const expected: [string, number, number][] = [
    ["CRC-32", local + 14, crc],
    ["size", local + 18, packedSize],
    ["size", local + 22, size],
  ];
  for (const [what, offset, value] of expected) {
    const own = view.getUint32(offset, true);
    // A writer that learned them later left zeros, and one of large files ones.
    const unknown = flags & 8 && own === 0 || what === "size" && own === 0xffffffff;
    if (own !== value && !unknown) differs(what);
  }
  return nameEnd + view.getUint16(local + 28, true);
}

function unpack(bytes: Uint8Array, from: number, entry: Entry, budget: Budget): Uint8Array {
  const { method, crc, packedSize, size, refuse } = entry;
  let content = bytes.subarray(from, from + packedSize);
  if (method === 8) {
    budget.spend(size);
    content = inflate(content, size, refuse, budget.spend);
  }
  const sum = crc32(content);
  if (sum === crc) return content;
  const hex = (n: number) => n.toString(16).padStart(8, "0");
  return refuse(`is damaged: its CRC-32 is ${hex(sum)}, the archive says ${hex(crc)}`);
}
