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

/** A Huffman code. */
interface Code {
  /** The length of the longest code. */
  readonly bits: number;
  /** By the next `bits` bits: `symbol << 4 | length`, or 0 if no code begins like that. */
  readonly table: Uint16Array;
}

/** The canonical code in which symbol i has `lengths[i]` bits. */
function makeCode(lengths: ArrayLike<number>, fail: Fail): Code {
  const counts = new Array<number>(16).fill(0);
  for (let i = 0; i < lengths.length; i++) counts[lengths[i]]++;
  counts[0] = 0;
  const next = [0];
  for (let n = 1; n < 16; n++) next[n] = (next[n - 1] + counts[n - 1]) << 1;
  if (next.some((first, n) => first + counts[n] > 1 << n)) fail("holds a code that is none");
  const bits = counts.findLastIndex((count) => count > 0);
  const table = new Uint16Array(1 << Math.max(bits, 0));
  for (let symbol = 0; symbol < lengths.length; symbol++) {
    const length = lengths[symbol];
    if (length === 0) continue;
    let code = next[length]++;
    let reversed = 0;
    for (let i = 0; i < length; i++, code >>= 1) reversed = reversed << 1 | code & 1;
    for (let i = reversed; i < table.length; i += 1 << length) table[i] = symbol << 4 | length;
  }
  return { bits: Math.max(bits, 0), table };
}

const fixedLengths = Array.from(
  { length: 288 },
  (_, i) => i < 144 ? 8 : i < 256 ? 9 : i < 280 ? 7 : 8,
);

let fixedCodes: [Code, Code] | undefined;

/**
 * Unpacks a stream of deflate blocks (RFC 1951). Runtimes offer this only as an asynchronous stream
 * without a bound, and a dependency is not worth 150 lines.
 *
 * @param size How many bytes the stream must unpack to. Memory grows with the bytes that come out,
 * so a false size costs nothing.
 * @param fail Throws an error with the problem.
 * @param spend Pays for the tables of the codes: a block of some bytes may ask for 128 KiB.
 */
export function inflate(
  bytes: Uint8Array,
  size: number,
  fail: Fail,
  spend: (bytes: number) => void = () => {},
): Uint8Array {
  let [at, buffer, count, done] = [0, 0, 0, 0];
  let out = new Uint8Array(Math.min(size, 4 * bytes.length + 64));

  /** Fills the buffer with at least `n` bits; zeros follow the end. */
  const need = (n: number) => {
    for (; count < n; count += 8) buffer |= (bytes[at++] ?? 0) << count;
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
  const symbolOf = ({ bits, table }: Code): number => {
    need(bits);
    const entry = table[buffer & ((1 << bits) - 1)];
    if (entry === 0) fail("holds bits that are no code");
    drop(entry & 15);
    return entry >> 4;
  };
  /** Makes room for `n` more bytes. */
  const grow = (n: number) => {
    if (done + n > size) fail(`unpacks to more than the ${size} bytes that it claims`);
    if (done + n <= out.length) return;
    const larger = new Uint8Array(Math.min(size, 2 * (done + n)));
    larger.set(out);
    out = larger;
  };

  const copyStored = () => {
    at -= count >> 3;
    buffer = count = 0;
    const [length, check] = [take(16), take(16)];
    if (length !== (~check & 0xffff)) fail("holds a stored block with a wrong length");
    if (at + length > bytes.length) fail("ends early");
    grow(length);
    out.set(bytes.subarray(at, at + length), done);
    at += length;
    done += length;
  };
  const toCode = (lengths: Uint8Array): Code => {
    const code = makeCode(lengths, fail);
    spend(2 * code.table.length);
    return code;
  };
  const readCodes = (): [Code, Code] => {
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
  const unpack = ([literal, distance]: [Code, Code]) => {
    for (;;) {
      const symbol = symbolOf(literal);
      if (symbol === 256) return;
      if (symbol < 256) {
        grow(1);
        out[done++] = symbol;
        continue;
      }
      if (symbol > 285) fail("holds a length that is none");
      const length = lengthBase[symbol - 257] + take(lengthExtra[symbol - 257]);
      const far = symbolOf(distance);
      if (far > 29) fail("holds a distance that is none");
      const back = distanceBase[far] + take(distanceExtra[far]);
      if (back > done) fail("copies from before its start");
      grow(length);
      for (const end = done + length; done < end; done++) out[done] = out[done - back];
    }
  };

  for (let last = false; !last;) {
    last = take(1) === 1;
    const kind = take(2);
    if (kind === 0) copyStored();
    else if (kind === 1) {
      fixedCodes ??= [makeCode(fixedLengths, fail), makeCode(new Uint8Array(32).fill(5), fail)];
      unpack(fixedCodes);
    } else if (kind === 2) unpack(readCodes());
    else fail("holds a block of no known kind");
  }
  if (done !== size) fail(`unpacks to ${done} bytes, ${size} are claimed`);
  return out;
}
