import { fail } from "@spikeloop/errors";
import { type Code, joined, typeByte, unsigned, type ValueType } from "./code.ts";
import { Func } from "./func.ts";
import { v128 } from "./instructions.ts";

const text = (s: string): number[] => {
  const bytes = new TextEncoder().encode(s);
  return [...unsigned(bytes.length), ...bytes];
};

const section = (id: number, parts: readonly Code[]): Code => {
  const body = joined([unsigned(parts.length), ...parts]);
  return joined([[id], unsigned(body.length), body]);
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
  const { start, body } = fn;
  const length = size.length + locals.length + start.length + body.length + 1;
  return joined([unsigned(length), size, locals, start, body, [0x0b]]);
}

/** A function's type: 0x60, its parameters, its results. */
function functionType({ params, results }: Func): Code {
  const list = (types: readonly ValueType[]) => [
    ...unsigned(types.length),
    ...types.map((t) => typeByte[t]),
  ];
  return [0x60, ...list(params.map((p) => p.type)), ...list(results)];
}

/**
 * The bytes of a module of these functions, each exported by its name and called by its index in
 * the list. It imports its memory as `env.memory`.
 *
 * @example
 * ```ts
 * import { Func, moduleBytes } from "@spikeloop/expr/wasm";
 * import { assert } from "@std/assert";
 *
 * const bytes = moduleBytes([new Func("nothing", [])], { initial: 1 });
 * assert(WebAssembly.validate(bytes));
 * ```
 */
export function moduleBytes(
  functions: readonly Func[],
  memory: MemoryType = { initial: 1 },
): Uint8Array<ArrayBuffer> {
  const { initial, maximum, shared = false } = memory;
  const limits = maximum === undefined
    ? [0, ...unsigned(initial)]
    : [shared ? 3 : 1, ...unsigned(initial), ...unsigned(maximum)];
  const parts: Code[] = [
    [0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00],
    section(1, functions.map(functionType)),
    section(2, [[...text("env"), ...text("memory"), 0x02, ...limits]]),
    section(3, functions.map((_, i) => unsigned(i))),
    section(7, functions.map((f, i) => [...text(f.name), 0x00, ...unsigned(i)])),
    section(10, functions.map(functionCode)),
  ];
  return new Uint8Array(joined(parts));
}

/** A function of a module, called with numbers. */
export type WasmFunction = (...args: number[]) => number;

/**
 * Compiles functions over a memory, at once, and returns them by name. `type` must say so if the
 * memory has a maximum or is shared.
 *
 * @throws {RangeError} if the code is too large for the engine.
 *
 * @example Functions over a memory that has a maximum.
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { f32, Func, instantiate } from "@spikeloop/expr/wasm";
 *
 * const fn = new Func("addHalf", []);
 * fn.emit(f32.store(0, f32.add(f32.load(0), 0.5)));
 * const memory = new WebAssembly.Memory({ initial: 1, maximum: 4 });
 * const numbers = new Float32Array(memory.buffer);
 * numbers[0] = 3;
 * instantiate([fn], memory, { initial: 1, maximum: 4 }).addHalf();
 * assertEquals(numbers[0], 3.5);
 * ```
 */
export function instantiate(
  functions: readonly Func[],
  memory: WebAssembly.Memory,
  type?: MemoryType,
): Record<string, WasmFunction> {
  const module = compile(moduleBytes(functions, type));
  const instance = new WebAssembly.Instance(module, { env: { memory } });
  return instance.exports as unknown as Record<string, WasmFunction>;
}

/** Compiles code. Code that is correct fails only by its size. */
function compile(bytes: Uint8Array<ArrayBuffer>): WebAssembly.Module {
  try {
    return new WebAssembly.Module(bytes);
  } catch (cause) {
    return failToCompile(`${bytes.length} bytes of WebAssembly`, "", { cause });
  }
}

/** Throws the error about code that is too large. */
export function failToCompile(size: string, limit: string, options?: ErrorOptions): never {
  const problem = `its ${size} are more than engines compile${limit}; split it`;
  return fail("compile a formula", problem, RangeError, options);
}

let supported: boolean | undefined;

/**
 * Whether WebAssembly with 128-bit SIMD runs here: the engine knows it, and the page's policy
 * allows it to be compiled.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { extractLane, Func, instantiate, simdSupported } from "@spikeloop/expr/wasm";
 *
 * const fn = new Func("lane", [], ["f32"]);
 * fn.emit(extractLane.f32x4(0.5, 3));
 * const lane = simdSupported()
 *   ? instantiate([fn], new WebAssembly.Memory({ initial: 1 })).lane
 *   : () => 0.5;
 * assertEquals(lane(), 0.5);
 * ```
 */
export function simdSupported(): boolean {
  return supported ??= typeof WebAssembly === "object" && compiles();
}

function compiles(): boolean {
  const probe = new Func("probe", [], ["i32"]);
  probe.emit(v128.anyTrue(0));
  try {
    return new WebAssembly.Module(moduleBytes([probe])) !== undefined;
  } catch {
    return false; // Unknown instructions, or a content security policy without 'wasm-unsafe-eval'.
  }
}
