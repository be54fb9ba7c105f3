import { showCount } from "@spikeloop/errors";
import type { Fail } from "./reading.ts";

// The lengths and distances of copies (RFC 1951, section 3.2.5): extra bits are added to a base.
const lengthExtra = [...Array.from({ length: 28 }, (_, i) => Math.max(0, (i >> 2) - 1)), 0];
const lengthBase = [...basesOf(lengthExtra.slice(0, 28), 3), 258];
const distanceExtra = Array.from({ length: 30 }, (_, i) => Math.max(0, (i >> 1) - 1));
const distanceBase = basesOf(distanceExtra, 1);
/** The order in which a block lists the lengths of the codes for code lengths. */
const lengthOrder = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15];

function basesOf(extra: readonly number[], first: number): number[] {
  return extra.map((_, i) => extra.slice(0, i).reduce((sum, bits) => sum + (1 << bits), first));
}

/** Codes of up to this many bits are looked up at once; longer ones are rare. */
const rootBits = 10;
/** A byte of a stream makes at most so many bytes: a copy of 258 bytes takes two bits. */
const bytesPerByte = 1032;

/** A canonical Huffman code. */
interface Code {
  /** By the next bits: `symbol << 4 | length`, or 0 if no code of up to `rootBits` is there. */
  readonly table: Uint16Array;
  /** How many of the next bits the table takes. */
  readonly bits: number;
  /** How many codes have each length. */
  readonly counts: Uint16Array;
  /** The symbols by their codes' lengths, then by number. */
  readonly symbols: Uint16Array;
}

/** The canonical code in which symbol i has `lengths[i]` bits. */
function makeCode(lengths: Uint8Array, fail: Fail): Code {
  const counts = new Uint16Array(16);
  for (let i = 0; i < lengths.length; i++) counts[lengths[i]]++;
  counts[0] = 0;
  const [next, offsets] = [new Uint16Array(17), new Uint16Array(17)];
  for (let n = 1, code = 0; n < 16; n++) {
    code <<= 1;
    next[n] = code;
    code += counts[n];
    if (code > 1 << n) fail("holds a code that is none");
    offsets[n + 1] = offsets[n] + counts[n];
  }
  let bits = rootBits;
  while (bits > 0 && counts[bits] === 0) bits--;
  if (counts.subarray(rootBits + 1).some((count) => count > 0)) bits = rootBits;
  const [table, symbols] = [new Uint16Array(1 << bits), new Uint16Array(lengths.length)];
  for (let symbol = 0; symbol < lengths.length; symbol++) {
    const length = lengths[symbol];
    if (length === 0) continue;
    symbols[offsets[length]++] = symbol;
    let code = next[length]++;
    if (length > bits) continue;
    let reversed = 0;
    for (let i = 0; i < length; i++, code >>= 1) reversed = reversed << 1 | code & 1;
    for (let i = reversed; i < table.length; i += 1 << length) table[i] = symbol << 4 | length;
  }
  return { bits, table, counts, symbols };
}

/** The entry of a code that is longer than its table takes, found bit by bit. */
function longEntry({ counts, symbols }: Code, bits: number, fail: Fail): number {
  // Codes of one length are consecutive numbers, and follow those of the length before.
  for (let n = 1, code = 0, first = 0, index = 0; n < 16; n++) {
    code |= bits >> (n - 1) & 1;
    if (code - first < counts[n]) return symbols[index + code - first] << 4 | n;
    index += counts[n];
    first = (first + counts[n]) << 1;
    code <<= 1;
  }
  return fail("holds bits that are no code");
}

/** The code of blocks that bring none. */
let fixed: readonly [Code, Code] | undefined;

function makeFixed(fail: Fail): readonly [Code, Code] {
  const lengths = Uint8Array.from(
    { length: 288 },
    (_, i) => i < 144 ? 8 : i < 256 ? 9 : i < 280 ? 7 : 8,
  );
  return [makeCode(lengths, fail), makeCode(new Uint8Array(32).fill(5), fail)];
}

/**
 * Unpacks a stream of deflate blocks (RFC 1951). Runtimes offer this only as an asynchronous stream
 * without a bound, and a dependency is not worth 200 lines.
 *
 * @param size How many bytes the stream must unpack to. The caller pays for them from its budget.
 * @param fail Throws an error with the problem.
 * @param spend Pays for the tables of the codes: a block of some bytes may ask for kilobytes.
 */
export function inflate(
  bytes: Uint8Array,
  size: number,
  fail: Fail,
  spend: (bytes: number) => void = () => {},
): Uint8Array<ArrayBuffer> {
  if (!(size <= bytesPerByte * (bytes.length + 1))) {
    fail(
      `claims to unpack ${showCount(bytes.length, "byte")} to ${size}, more than any stream does`,
    );
  }
  const out = new Uint8Array(size);
  let [at, buffer, count, done] = [0, 0, 0, 0];

  /** Fills the buffer with at least `n` bits; zeros follow the end. */
  const need = (n: number) => {
    for (; count < n; count += 8) buffer |= (at < bytes.length ? bytes[at] : 0) << count, at++;
  };
  const drop = (n: number) => {
    buffer >>>= n;
    count -= n;
    if (at - (count >> 3) > bytes.length) fail("ends early");
  };
  const take = (n: number): number => {
    need(n);
    const value = buffer & ((1 << n) - 1);
    drop(n);
    return value;
  };
  const symbolOf = (code: Code): number => {
    need(15);
    const entry = code.table[buffer & ((1 << code.bits) - 1)] || longEntry(code, buffer, fail);
    drop(entry & 15);
    return entry >> 4;
  };
  /** Checks that there is room for `n` more bytes. */
  const reserve = (n: number) => {
    if (done + n > size) fail(`unpacks to more than it claims, ${showCount(size, "byte")}`);
  };

  const copyStored = () => {
    at -= count >> 3;
    buffer = count = 0;
    const [length, check] = [take(16), take(16)];
    if (length !== (~check & 0xffff)) fail("holds a stored block with a wrong length");
    if (at + length > bytes.length) fail("ends early");
    reserve(length);
    out.set(bytes.subarray(at, at + length), done);
    at += length;
    done += length;
  };
  const toCode = (lengths: Uint8Array): Code => {
    const code = makeCode(lengths, fail);
    spend(2 * (code.table.length + lengths.length));
    return code;
  };
  const readCodes = (): readonly [Code, Code] => {
    const [literals, distances, listed] = [257 + take(5), 1 + take(5), 4 + take(4)];
    const short = new Uint8Array(19);
    for (let i = 0; i < listed; i++) short[lengthOrder[i]] = take(3);
    const code = makeCode(short, fail);
    const lengths = new Uint8Array(literals + distances);
    for (let i = 0; i < lengths.length;) {
      const symbol = symbolOf(code);
      if (symbol < 16) {
        lengths[i++] = symbol;
        continue;
      }
      if (symbol === 16 && i === 0) fail("repeats a code length before the first");
      const value = symbol === 16 ? lengths[i - 1] : 0;
      const times = symbol === 16 ? 3 + take(2) : symbol === 17 ? 3 + take(3) : 11 + take(7);
      if (i + times > lengths.length) fail("holds too many code lengths");
      lengths.fill(value, i, i += times);
    }
    return [toCode(lengths.subarray(0, literals)), toCode(lengths.subarray(literals))];
  };
  const unpack = ([literal, distance]: readonly [Code, Code]) => {
    // Most of the time goes by here, so the names of the outer function are not used.
    const [literals, distances] = [literal.table, distance.table];
    const [literalMask, distanceMask] = [literals.length - 1, distances.length - 1];
    let [from, bits, length, to] = [at, buffer, count, done];
    for (;;) {
      for (; length < 15; length += 8) bits |= bytes[from++] << length;
      let entry = literals[bits & literalMask] || longEntry(literal, bits, fail);
      bits >>>= entry & 15;
      length -= entry & 15;
      const symbol = entry >> 4;
      if (symbol < 256) {
        if (to === size) return reserve(Infinity);
        out[to++] = symbol;
        continue;
      }
      // Reads beyond the end gave zeros; the end of every block is behind one of these.
      if (from - (length >> 3) > bytes.length) fail("ends early");
      if (symbol === 256) break;
      if (symbol > 285) fail("holds a length that is none");
      const extra = lengthExtra[symbol - 257];
      for (; length < extra + 15; length += 8) bits |= bytes[from++] << length;
      const copied = lengthBase[symbol - 257] + (bits & ((1 << extra) - 1));
      bits >>>= extra;
      length -= extra;
      entry = distances[bits & distanceMask] || longEntry(distance, bits, fail);
      bits >>>= entry & 15;
      length -= entry & 15;
      const far = entry >> 4;
      if (far > 29) fail("holds a distance that is none");
      for (; length < distanceExtra[far]; length += 8) bits |= bytes[from++] << length;
      const back = distanceBase[far] + (bits & ((1 << distanceExtra[far]) - 1));
      bits >>>= distanceExtra[far];
      length -= distanceExtra[far];
      if (back > to) fail("copies from before its start");
      if (to + copied > size) reserve(Infinity);
      if (back === 1) out.fill(out[to - 1], to, to += copied);
      else for (const end = to + copied; to < end; to++) out[to] = out[to - back];
    }
    [at, buffer, count, done] = [from, bits, length, to];
  };

  for (let last = false; !last;) {
    last = take(1) === 1;
    const kind = take(2);
    if (kind === 0) copyStored();
    else if (kind === 1) unpack(fixed ??= makeFixed(fail));
    else if (kind === 2) unpack(readCodes());
    else fail("holds a block of no known kind");
  }
  if (done !== size) fail(`unpacks to ${showCount(done, "byte")}, it claims ${size}`);
  return out;
}
