import type { Fail } from "../budget.ts";

/** The first four bytes of the parts of an archive. */
export const signatures = {
  local: 0x04034b50,
  entry: 0x02014b50,
  end: 0x06054b50,
  wideEnd: 0x06064b50,
  locator: 0x07064b50,
};

/** The list of files that is at the end of an archive. */
export interface FileList {
  /** How many files it has. */
  readonly count: number;
  /** Its first byte. */
  readonly start: number;
  /** The byte after its last one. */
  readonly end: number;
}

/** A view of bytes. */
export function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
}

/** An integer of 64 bits; one that is too large for exact numbers is too large for a file too. */
export function uint64(view: DataView, at: number): number {
  return Number(view.getBigUint64(at, true));
}

/** The offset of the archive's last record: 22 bytes, then a comment of up to 65,535 bytes. */
function findEnd(view: DataView, fail: Fail): number {
  const last = view.byteLength - 22;
  let end = -1;
  for (let at = last; at >= Math.max(0, last - 0xffff); at--) {
    if (view.getUint32(at, true) !== signatures.end) continue;
    // A record within the comment of another: programs disagree which one counts.
    if (end >= 0 && at + 22 + view.getUint16(at + 20, true) > end) {
      fail("it is a ZIP archive with two ends");
    }
    end = Math.max(end, at);
  }
  return end >= 0 ? end : fail("it is a ZIP archive without an end: the file is cut off");
}

/**
 * Finds the list of files, which lies right before the last record. A large archive has a second
 * record with the same numbers in 64 bits between them.
 *
 * @throws {SyntaxError} if the records contradict each other or the file.
 */
export function findList(bytes: Uint8Array, fail: Fail): FileList {
  const view = viewOf(bytes);
  const at = findEnd(view, fail);
  const wide = at >= 20 && view.getUint32(at - 20, true) === signatures.locator
    ? uint64(view, at - 12)
    : undefined;
  if (wide !== undefined) {
    if (!(wide + 56 <= at - 20) || view.getUint32(wide, true) !== signatures.wideEnd) {
      fail("it is a ZIP archive whose end of 64 bits is not where it says");
    }
    if (wide + 12 + uint64(view, wide + 4) !== at - 20) {
      fail("it is a ZIP archive whose end of 64 bits has another size than it says");
    }
  }
  /** A number of the last record, which must be the same in 64 bits. */
  const take = (offset: number, width: 2 | 4, wideOffset: number): number => {
    const value = width === 2
      ? view.getUint16(at + offset, true)
      : view.getUint32(at + offset, true);
    if (wide === undefined) return value;
    const number = uint64(view, wide + wideOffset);
    if (value !== number && value !== 2 ** (8 * width) - 1) {
      fail("it is a ZIP archive with two ends that differ");
    }
    return number;
  };
  if (view.getUint32(at + 4, true) !== 0) fail("it is a ZIP archive of several disks");
  const [here, count, size, start] = [
    take(8, 2, 24),
    take(10, 2, 32),
    take(12, 4, 40),
    take(16, 4, 48),
  ];
  const end = wide ?? at;
  if (here !== count) fail("it is a ZIP archive of several disks");
  if (start + size !== end) {
    fail(
      `it is a ZIP archive whose list of files is at ${start} to ${
        start + size
      }, not before ${end}`,
    );
  }
  return { count, start, end };
}
