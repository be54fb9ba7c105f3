import { dtypes } from "./dtypes.ts";

/** Where a tensor lies in a file. */
export interface Entry {
  /** Its name. */
  readonly name: string;
  /** The name of its type. */
  readonly dtype: string;
  /** Its extents. */
  readonly shape: readonly number[];
  /** Where it starts, after the header. */
  readonly begin: number;
  /** Where it ends. */
  readonly end: number;
}

/** The header of a safetensors file. */
export interface Header {
  /** The tensors, in the order of their places. */
  readonly entries: readonly Entry[];
  /** Free text by name. */
  readonly metadata: Readonly<Record<string, string>>;
  /** Where the tensors start. */
  readonly dataAt: number;
}

/** The most bytes of a header that are read, as in the reference library. */
const maxHeader = 100_000_000;
/** The most axes of a tensor. */
const maxRank = 32;

/** An error about the file. */
export function fail(problem: string): never {
  throw new SyntaxError(`Cannot read the safetensors file: ${problem}`);
}

const isCount = (n: unknown): n is number =>
  typeof n === "number" && Number.isSafeInteger(n) && n >= 0;

function parseJson(bytes: Uint8Array): Record<string, unknown> {
  let text: string;
  try {
    text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return fail("the header is not UTF-8");
  }
  if (!text.startsWith("{")) fail("the header does not begin with {");
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    return fail(`the header is not JSON (${error instanceof Error ? error.message : error})`);
  }
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    fail("the header is not an object");
  }
  rejectDuplicates(text);
  return value as Record<string, unknown>;
}

/** JSON.parse keeps the last of two equal names; a file with such is damaged or means harm. */
function rejectDuplicates(text: string): void {
  const names = new Set<string>();
  let depth = 0;
  for (const [token] of text.matchAll(/"(?:[^"\\]|\\.)*"(\s*:)?|[{}\[\]]/g)) {
    if (token === "{" || token === "[") depth++;
    else if (token === "}" || token === "]") depth--;
    else if (depth === 1 && token.endsWith(":")) {
      const name: string = JSON.parse(token.slice(0, token.lastIndexOf('"') + 1));
      if (names.has(name)) fail(`"${name}" is there twice`);
      names.add(name);
    }
  }
}

function readMetadata(value: unknown): Record<string, string> {
  if (value === undefined) return {};
  const isRecord = typeof value === "object" && value !== null && !Array.isArray(value);
  if (!isRecord || !Object.values(value).every((v) => typeof v === "string")) {
    fail("__metadata__ is not a record of texts");
  }
  return { ...value as Record<string, string> };
}

function readEntry(name: string, value: unknown): Entry {
  const { dtype, shape, data_offsets: offsets } = (value ?? {}) as Record<string, unknown>;
  if (typeof dtype !== "string" || !Object.hasOwn(dtypes, dtype)) {
    fail(
      `tensor "${name}" has the type ${JSON.stringify(dtype)}, expected one of ${
        Object.keys(dtypes).join(", ")
      }`,
    );
  }
  if (!Array.isArray(shape) || shape.length > maxRank || !shape.every(isCount)) {
    fail(
      `tensor "${name}" has the shape ${
        JSON.stringify(shape)?.slice(0, 100)
      }, expected at most ${maxRank} integers of at least 0`,
    );
  }
  if (
    !Array.isArray(offsets) || offsets.length !== 2 || !offsets.every(isCount) ||
    offsets[0] > offsets[1]
  ) {
    fail(
      `tensor "${name}" has the offsets ${
        JSON.stringify(offsets)?.slice(0, 100)
      }, expected two ascending integers`,
    );
  }
  const [begin, end] = offsets as [number, number];
  const size = (shape as number[]).reduce((p, n) => p * n, 1);
  if (size * dtypes[dtype].bytes !== end - begin) {
    fail(
      `tensor "${name}" takes ${end - begin} bytes, its shape and type ask for ${
        size * dtypes[dtype].bytes
      }`,
    );
  }
  return { name, dtype, shape: shape as number[], begin, end };
}

/**
 * Reads and checks the header: the tensors must fill the file without gap or overlap.
 *
 * @throws {SyntaxError} that says what is wrong.
 */
export function readHeader(bytes: Uint8Array): Header {
  if (bytes.length < 8) fail(`it has ${bytes.length} bytes, expected at least 8`);
  const size = new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0, true);
  if (size > BigInt(maxHeader) || 8 + Number(size) > bytes.length) {
    fail(`its header claims ${size} bytes, the file has ${bytes.length}`);
  }
  const dataAt = 8 + Number(size);
  const { __metadata__: metadata, ...rest } = parseJson(bytes.subarray(8, dataAt));
  const entries = Object.entries(rest).map(([name, value]) => readEntry(name, value));
  entries.sort((a, b) => a.begin - b.begin || a.end - b.end);
  let at = 0;
  for (const { name, begin, end } of entries) {
    if (begin !== at) {
      fail(`tensor "${name}" begins at byte ${begin}, the one before it ends at ${at}`);
    }
    at = end;
  }
  if (dataAt + at !== bytes.length) {
    fail(`its tensors end at byte ${dataAt + at}, the file has ${bytes.length}`);
  }
  return { entries, metadata: readMetadata(metadata), dataAt };
}
