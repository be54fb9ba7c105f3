import { type Code, typeByte, unsigned } from "./code.ts";
import type { Func } from "./func.ts";

const text = (s: string): number[] => {
  const bytes = new TextEncoder().encode(s);
  return [...unsigned(bytes.length), ...bytes];
};

const section = (id: number, parts: readonly Code[]): Code => {
  const body = [...unsigned(parts.length), ...parts.flat()];
  return [id, ...unsigned(body.length), ...body];
};

/** How a module's memory is declared. */
export interface MemoryType {
  /** Pages of 64 KiB that it needs at least. */
  readonly initial: number;
  /** The most pages; needed when shared. */
  readonly maximum?: number;
  /** Whether threads share it. */
  readonly shared?: boolean;
}

function functionCode(fn: Func): Code {
  const locals = fn.locals.flatMap((l) => [1, typeByte[l.type]]);
  const size = unsigned(fn.locals.length);
  const length = size.length + locals.length + fn.body.length + 1;
  return [...unsigned(length), ...size, ...locals, ...fn.body, 0x0b];
}

/** The bytes of a module that imports its memory as `env.memory` and exports every function by its name. */
export function moduleBytes(
  functions: readonly Func[],
  memory: MemoryType = { initial: 1 },
): Uint8Array<ArrayBuffer> {
  const types = functions.map((f) => [
    0x60,
    ...unsigned(f.params.length),
    ...f.params.map((t) => typeByte[t]),
    ...unsigned(f.results.length),
    ...f.results.map((t) => typeByte[t]),
  ]);
  const { initial, maximum, shared = false } = memory;
  const limits = maximum === undefined
    ? [0, ...unsigned(initial)]
    : [shared ? 3 : 1, ...unsigned(initial), ...unsigned(maximum)];
  const parts: Code[] = [
    [0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00],
    section(1, types),
    section(2, [[...text("env"), ...text("memory"), 0x02, ...limits]]),
    section(3, functions.map((_, i) => unsigned(i))),
    section(7, functions.map((f, i) => [...text(f.name), 0x00, ...unsigned(i)])),
    section(10, functions.map(functionCode)),
  ];
  const bytes = new Uint8Array(parts.reduce((n, p) => n + p.length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}

/** A function of a module, called with numbers. */
export type WasmFunction = (...args: number[]) => number;

/** Compiles functions over a memory, at once, and gives them by name. */
export function instantiate(
  functions: readonly Func[],
  memory: WebAssembly.Memory,
  type?: MemoryType,
): Record<string, WasmFunction> {
  const module = new WebAssembly.Module(moduleBytes(functions, type));
  const instance = new WebAssembly.Instance(module, { env: { memory } });
  return instance.exports as unknown as Record<string, WasmFunction>;
}

/** A module that is valid only where 128-bit SIMD is: one function that makes a vector and drops it. */
const probe = [
  0x00,
  0x61,
  0x73,
  0x6d,
  0x01,
  0x00,
  0x00,
  0x00,
  0x01,
  0x04,
  0x01,
  0x60,
  0x00,
  0x00,
  0x03,
  0x02,
  0x01,
  0x00,
  0x0a,
  0x09,
  0x01,
  0x07,
  0x00,
  0x41,
  0x00,
  0xfd,
  0x0f,
  0x1a,
  0x0b,
];

let supported: boolean | undefined;

/** Whether WebAssembly with 128-bit SIMD runs here. */
export function simdSupported(): boolean {
  return supported ??= typeof WebAssembly === "object" &&
    WebAssembly.validate(new Uint8Array(probe));
}
