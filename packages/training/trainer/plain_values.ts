import { describe, fail, isRecord, shorten } from "@spikeloop/errors";

/** The name under which a file has a value that JSON lacks. */
const mark = "$";

const typedArrays = {
  Float64Array,
  Float32Array,
  Int32Array,
  Uint32Array,
  Int16Array,
  Uint16Array,
  Int8Array,
  Uint8Array,
};

/** How deep a value may nest: a deeper one holds itself. */
const mostDepth = 64;

/**
 * Writes plain data as JSON that `readPlain` reads to the same bits: numbers with all their digits,
 * -0 and those that are not finite, texts, booleans, null, undefined, big integers, arrays, typed
 * arrays and records.
 *
 * @param name The value, for messages.
 * @throws {TypeError} if it holds anything else; the message names its path.
 */
export function writePlain(action: string, name: string, value: unknown): string {
  return JSON.stringify(encode(action, name, value, 0));
}

function encode(action: string, name: string, x: unknown, depth: number): unknown {
  if (depth > mostDepth) fail(action, `${shorten(name)} nests too deep, or holds itself`);
  if (x === null || typeof x === "string" || typeof x === "boolean") return x;
  if (typeof x === "number") {
    return Number.isFinite(x) && !Object.is(x, -0) ? x : { [mark]: showNumber(x) };
  }
  if (x === undefined) return { [mark]: "undefined" };
  if (typeof x === "bigint") return { [mark]: `${x}n` };
  const below = depth + 1;
  if (Array.isArray(x)) return x.map((item, i) => encode(action, `${name}[${i}]`, item, below));
  for (const [kind, type] of Object.entries(typedArrays)) {
    if (!(x instanceof type)) continue;
    return { [mark]: kind, data: Array.from(x, (item) => encode(action, name, item, below)) };
  }
  if (isRecord(x) && !Object.hasOwn(x, mark)) {
    const parts = Object.entries(x)
      .map(([key, item]) => [key, encode(action, `${name}.${key}`, item, below)]);
    return Object.fromEntries(parts);
  }
  return fail(
    action,
    `${shorten(name)} is ${
      describe(x)
    }, which no file holds; expected numbers, texts, arrays and ` +
      "records",
  );
}

const showNumber = (x: number) => Object.is(x, -0) ? "-0" : String(x);

/**
 * Reads the JSON of `writePlain`.
 *
 * @throws {SyntaxError} if it is none.
 */
export function readPlain(action: string, name: string, text: string | undefined): unknown {
  let value: unknown;
  try {
    value = JSON.parse(text ?? "");
  } catch (cause) {
    fail(action, `its ${name} is no JSON`, SyntaxError, { cause });
  }
  return decode(action, name, value, 0);
}

function decode(action: string, name: string, x: unknown, depth: number): unknown {
  if (depth > mostDepth) fail(action, `its ${name} nests too deep`, SyntaxError);
  const below = depth + 1;
  if (Array.isArray(x)) return x.map((item) => decode(action, name, item, below));
  if (!isRecord(x)) return x;
  if (!Object.hasOwn(x, mark)) {
    const parts = Object.entries(x).map(([key, item]) => [key, decode(action, name, item, below)]);
    return Object.fromEntries(parts);
  }
  const kind = String(x[mark]);
  if (kind === "undefined") return undefined;
  if (/^-?\d+n$/.test(kind)) return BigInt(kind.slice(0, -1));
  if (/^(NaN|-?Infinity|-0)$/.test(kind)) return Number(kind);
  const isTyped = Object.hasOwn(typedArrays, kind) && Array.isArray(x.data);
  if (!isTyped) return fail(action, `its ${name} holds an unknown ${shorten(kind)}`, SyntaxError);
  const data = (x.data as unknown[]).map((item) => Number(decode(action, name, item, below)));
  return typedArrays[kind as keyof typeof typedArrays].from(data);
}
