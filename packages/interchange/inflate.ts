/** How many bits a copy's length or distance adds to its base, and the bases: RFC 1951, section 3.2.5. */
const lengthExtra = [
  0,
  0,
  0,
  0,
  0,
  0,
  0,
  0,
  1,
  1,
  1,
  1,
  2,
  2,
  2,
  2,
  3,
  3,
  3,
  3,
  4,
  4,
  4,
  4,
  5,
  5,
  5,
  5,
  0,
];
const lengthBase = [...basesOf(lengthExtra.slice(0, 28), 3), 258];
const distanceExtra = Array.from({ length: 30 }, (_, i) => Math.max(0, (i >> 1) - 1));
const distanceBase = basesOf(distanceExtra, 1);
/** The order in which a block lists the lengths of the codes for code lengths. */
const listed = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15];

function basesOf(extra: readonly number[], first: number): number[] {
  return extra.map((_, i) => extra.slice(0, i).reduce((sum, bits) => sum + (1 << bits), first));
}

/** A Huffman code: under the next `bits` bits lies `symbol << 4 | length`, 0 where no code begins like that. */
interface Code {
  readonly bits: number;
  readonly table: Uint16Array;
}

/** The canonical code in which symbol i has `lengths[i]` bits. */
function makeCode(lengths: ArrayLike<number>, fail: (problem: string) => never): Code {
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

/**
 * The `size` bytes that a stream of deflate blocks (RFC 1951) stands for. Written here because runtimes only offer it
 * asynchronously.
 *
 * @param fail Throws the error that says what is wrong. Memory grows with what comes out, not with what `size` claims.
 */
export function inflate(
  bytes: Uint8Array,
  size: number,
  fail: (problem: string) => never,
): Uint8Array {
  let [at, held, count, done] = [0, 0, 0, 0];
  let out = new Uint8Array(Math.min(size, 4 * bytes.length + 64));

  /** Has at least `n` bits at hand, zeros after the end. */
  const need = (n: number) => {
    for (; count < n; count += 8) held |= (bytes[at++] ?? 0) << count;
  };
  const drop = (n: number) => {
    held >>>= n;
    count -= n;
    if (at - (count >> 3) > bytes.length) fail("ends early");
  };
  const take = (n: number): number => {
    need(n);
    const value = held & ((1 << n) - 1);
    drop(n);
    return value;
  };
  const symbolOf = ({ bits, table }: Code): number => {
    need(bits);
    const found = table[held & ((1 << bits) - 1)];
    if (found === 0) fail("holds bits that are no code");
    drop(found & 15);
    return found >> 4;
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
    held = count = 0;
    const [length, check] = [take(16), take(16)];
    if (length !== (~check & 0xffff)) fail("holds a stored block with a wrong length");
    if (at + length > bytes.length) fail("ends early");
    grow(length);
    out.set(bytes.subarray(at, at + length), done);
    at += length;
    done += length;
  };
  const readCodes = (): [Code, Code] => {
    const [literals, distances, known] = [257 + take(5), 1 + take(5), 4 + take(4)];
    const short = new Uint8Array(19);
    for (let i = 0; i < known; i++) short[listed[i]] = take(3);
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
    return [
      makeCode(lengths.subarray(0, literals), fail),
      makeCode(lengths.subarray(literals), fail),
    ];
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
      unpack([makeCode(fixedLengths, fail), makeCode(new Array(32).fill(5), fail)]);
    } else if (kind === 2) unpack(readCodes());
    else fail("holds a block of no known kind");
  }
  if (done !== size) fail(`unpacks to ${done} bytes, ${size} are claimed`);
  return out;
}
