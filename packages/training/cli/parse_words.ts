import { didYouMean, fail } from "@spikeloop/errors";

/** The words of a command: plain ones, and options by name. */
export interface Words {
  readonly plain: readonly string[];
  /** Texts, and true for a flag. */
  readonly options: ReadonlyMap<string, string | true>;
  /** A list of numbers that was written with spaces, as it should be: `--seeds 0,1`. */
  readonly list?: string;
}

/** The options that a command knows. */
export interface KnownOptions {
  /** Options that take a value: `--name value` or `--name=value`. */
  readonly values?: readonly string[];
  /** Options that stand alone. */
  readonly flags?: readonly string[];
  /** The beginnings of dotted names, such as `actor` of `--actor.connection none`. */
  readonly records?: readonly string[];
}

/**
 * Divides the words of a command into plain ones and options.
 *
 * @throws {TypeError} if an option is unknown; the message suggests close ones.
 * @throws {RangeError} if a value is missing, or a flag has one.
 */
export function parseWords(
  command: string,
  words: readonly string[],
  { values = [], flags = [], records = [] }: KnownOptions,
): Words {
  const plain: string[] = [];
  const options = new Map<string, string | true>();
  let list: string | undefined;
  let numbers: string | undefined; // the option that stands before, with its numbers so far
  for (let i = 0; i < words.length; i++) {
    const word = words[i] === "-h" ? "--help" : words[i];
    if (word === "--") continue; // npm and others pass it on before a script's own arguments
    if (!word.startsWith("--")) {
      plain.push(word);
      numbers = numbers !== undefined && isNumber.test(word) ? `${numbers},${word}` : undefined;
      list = numbers ?? list;
      continue;
    }
    numbers = undefined;
    const [, name, inline] = /^--([^=]*)(?:=([^]*))?$/.exec(word) as RegExpExecArray;
    if (name === "help" || flags.includes(name)) {
      if (inline !== undefined) fail(command, `--${name} takes no value`, RangeError);
      options.set(name, true);
      continue;
    }
    const isDotted = records.includes(name.split(".")[0]) && /^\w+(\.\w+)+$/.test(name);
    if (!values.includes(name) && !isDotted) failUnknown(command, name, values, flags, records);
    const value = inline ?? words[++i];
    if (value === undefined || value === "" || inline === undefined && value.startsWith("--")) {
      fail(command, `--${name} lacks its value`, RangeError);
    }
    options.set(name, value);
    if (isNumber.test(value)) numbers = `--${name} ${value}`;
  }
  return { plain, options, list };
}

const isNumber = /^[\d.,]+$/;

function failUnknown(
  command: string,
  name: string,
  values: readonly string[],
  flags: readonly string[],
  records: readonly string[],
): never {
  const [first, ...rest] = name.split(".");
  const known = [...values, ...flags, "help"].map((one) => `--${one}`);
  const hint = rest.length > 0
    ? didYouMean(`--${name}`, records.map((record) => `--${[record, ...rest].join(".")}`))
    : didYouMean(`--${first}`, [...known, ...records.map((record) => `--${record}.`)]);
  const dotted = records.map((record) => `--${record}.<name>`);
  return fail(
    command,
    `there is no option --${name}, only ${[...known, ...dotted].join(", ")}${hint}`,
  );
}

/** Reads a value: JSON, a list of numbers such as `64,64`, or else text. */
export function parseValue(name: string, text: string): unknown {
  const isList = /Sizes$/.test(name);
  if (/^[^[{"]*,/.test(text) || isList && !text.startsWith("[")) {
    const parts = text.split(",").filter((part) => part.trim() !== "").map(Number);
    if (!parts.some(Number.isNaN)) return parts;
  }
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** The value of an option that is given, else undefined. */
export function valueOf({ options }: Words, name: string): unknown {
  const text = options.get(name);
  return typeof text === "string" ? parseValue(name, text) : text;
}
