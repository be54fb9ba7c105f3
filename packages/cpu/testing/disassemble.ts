// Generated code as text, for snapshots: a statement a line, operands inside, locals by number.
import {
  bitmask,
  extractLane,
  f32,
  f32x4,
  f64x2,
  type Func,
  i16x8,
  i32,
  i32x4,
  i64x2,
  i8x16,
  memory,
  memoryLane,
  shuffle,
  v128,
} from "@spikeloop/expr/wasm";

const families = {
  i32,
  f32,
  i8x16: { ...i8x16, shuffle, bitmask: bitmask.i8x16 },
  i16x8,
  i32x4: { ...i32x4, bitmask: bitmask.i32x4, extractLane: extractLane.i32x4 },
  i64x2,
  f32x4: { ...f32x4, extractLane: extractLane.f32x4 },
  f64x2,
  memory,
  v128: {
    ...v128,
    store32Lane: memoryLane.store32,
    store64Lane: memoryLane.store64,
  },
};

/** An operation by its bytes. */
interface Operation {
  readonly name: string;
  readonly operands: number;
  readonly isStatement: boolean;
}

type Maker = (...operands: unknown[]) => readonly number[];

const prefixes = [0xfc, 0xfd, 0xfe];
/** SIMD operations followed by a lane: on vectors, and in memory. */
const isLane = (op: number) => op >= 0x15 && op <= 0x22;
const isMemoryLane = (op: number) => op >= 0x54 && op <= 0x5b;

/** Reads numbers off code. */
class Reader {
  at = 0;
  readonly #code: readonly number[];

  constructor(code: readonly number[]) {
    this.#code = code;
  }

  get isDone(): boolean {
    return this.at >= this.#code.length;
  }

  byte(): number {
    return this.#code[this.at++];
  }

  /** A number in LEB128. */
  number(isSigned = false): number {
    let value = 0;
    for (let shift = 0;; shift += 7) {
      const byte = this.byte();
      value += (byte & 0x7f) * 2 ** shift;
      if (byte >= 0x80) continue;
      return isSigned && byte & 0x40 ? value - 2 ** (shift + 7) : value;
    }
  }

  float(): number {
    const bytes = Uint8Array.from({ length: 4 }, () => this.byte());
    return new Float32Array(bytes.buffer)[0];
  }

  /** The key of the next operation. */
  operation(): string {
    const first = this.byte();
    return prefixes.includes(first) ? `${first} ${this.number()}` : `${first}`;
  }
}

/** The tables of instructions, turned round. */
function knownOperations(): ReadonlyMap<string, Operation> {
  const known = new Map<string, Operation>();
  for (const [family, instructions] of Object.entries(families)) {
    for (const [name, make] of Object.entries(instructions)) {
      if (typeof make !== "function" || name === "const") continue;
      const key = new Reader((make as Maker)([], [], [])).operation();
      const op = Number(key.split(" ")[1] ?? -1);
      const isOnLane = key.startsWith("253") && (isLane(op) || isMemoryLane(op));
      known.set(key, {
        name: `${family}.${name}`,
        operands: make.length - (isOnLane || name === "shuffle" ? 1 : 0),
        isStatement: name.startsWith("store") || name === "copy" || name === "fill",
      });
    }
  }
  return known;
}

/** The code of functions that call each other by their place, as text. */
export function disassemble(functions: readonly Func[]): string {
  const known = knownOperations();
  return functions.map((fn) => {
    const { name, params, locals } = fn;
    return `${name}(${params.length} parameters, ${locals.length} locals)\n${
      statements(fn, functions, known).join("\n")
    }\n`;
  }).join("\n");
}

function statements(
  { start, body }: Func,
  functions: readonly Func[],
  known: ReadonlyMap<string, Operation>,
): string[] {
  const reader = new Reader([...start, ...body]);
  const lines: string[] = [];
  const stack: string[] = [];
  let depth = 1;
  const write = (line: string) => lines.push("  ".repeat(depth) + line);
  const pop = (count: number) => stack.splice(stack.length - count, count);
  const control: Record<string, () => void> = {
    2: () => (reader.byte(), write("block"), depth++),
    3: () => (reader.byte(), write("loop"), depth++),
    4: () => (reader.byte(), write(`if ${pop(1)}`), depth++),
    5: () => (depth--, write("else"), depth++),
    11: () => (depth--, write("end")),
    12: () => write(`br ${reader.number()}`),
    13: () => write(`br ${reader.number()} if ${pop(1)}`),
    15: () => write("return"),
    16: () => {
      const callee = functions[reader.number()];
      write(`${callee.name}(${pop(callee.params.length).join(", ")})`);
    },
    26: () => write(`drop ${pop(1)}`),
    32: () => stack.push(`l${reader.number()}`),
    33: () => write(`l${reader.number()} = ${pop(1)}`),
    34: () => stack.push(`(l${reader.number()} = ${pop(1)})`),
    65: () => stack.push(`${reader.number(true)}`),
    "253 12": () => {
      const lanes = Array.from({ length: 4 }, () => reader.float());
      stack.push(`[${lanes.map((x) => Object.is(x, -0) ? "-0" : x).join(", ")}]`);
    },
  };
  while (!reader.isDone) {
    const key = reader.operation();
    const operation = known.get(key);
    if (control[key]) control[key]();
    else if (operation === undefined) throw new TypeError(`Cannot read operation ${key}`);
    else {
      const text = `${operation.name}(${
        [...pop(operation.operands), ...immediates(key, reader)].join(", ")
      })`;
      if (operation.isStatement) write(text);
      else stack.push(text);
    }
  }
  return lines;
}

/** The immediate of an operation: an offset in memory, a lane. */
function immediates(key: string, reader: Reader): string[] {
  const [first, op] = key.split(" ").map(Number);
  const isSimd = first === 0xfd;
  const isMemory = first >= 0x28 && first <= 0x3e ||
    isSimd && (op <= 0x0b || op === 0x5c || op === 0x5d || isMemoryLane(op));
  const parts: string[] = [];
  if (isMemory) {
    reader.byte(); // the alignment hint
    const offset = reader.number();
    if (offset > 0) parts.push(`at ${offset}`);
  }
  if (isSimd && (isLane(op) || isMemoryLane(op))) parts.push(`lane ${reader.byte()}`);
  if (isSimd && op === 0x0d) parts.push(Array.from({ length: 16 }, () => reader.byte()).join(" "));
  if (first === 0xfc && op >= 0x0a) { for (let i = op; i < 0x0c; i++) reader.byte(); }
  return parts;
}
