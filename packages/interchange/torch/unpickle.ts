import { show } from "../show.ts";
import { fail } from "./fail.ts";
import { findGlobal, findStorage } from "./globals.ts";
import { isGlobal, type Storage, type Value } from "./values.ts";

/** The most bytes of an integer: the number that old files begin with has ten. */
const maxIntegerBytes = 16;

/** What a pickle gives, and where it ends. */
export interface Unpickled {
  /** The object. */
  readonly value: Value;
  /** The byte after it. */
  readonly end: number;
  /** The storages that it refers to. */
  readonly storages: readonly Storage[];
}

/**
 * Runs a pickle, a program for a small stack machine, without Python: dictionaries, lists, texts and numbers are
 * built, calls reach only the functions of `findGlobal`, and nothing that is built has more parts than the program
 * has bytes. Protocols 2 to 4, as far as PyTorch uses them.
 *
 * Source: the comments of Python's pickletools.
 *
 * @throws {SyntaxError} that says what is wrong.
 */
export function unpickle(bytes: Uint8Array, start = 0): Unpickled {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const stack: Value[] = [];
  const marks: number[] = [];
  const memo = new Map<number, Value>();
  const storages: Storage[] = [];
  let at = start;

  /** Passes `n` bytes; gives where they begin. */
  const pass = (n: number): number => {
    if (n > bytes.length - at) fail("its pickle is cut off");
    at += n;
    return at - n;
  };
  const u8 = () => view.getUint8(pass(1));
  const u16 = () => view.getUint16(pass(2), true);
  const i32 = () => view.getInt32(pass(4), true);
  const u32 = () => view.getUint32(pass(4), true);
  const u64 = () => Number(view.getBigUint64(pass(8), true));
  const text = (length: number): string => {
    const from = pass(length);
    try {
      return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(
        bytes.subarray(from, at),
      );
    } catch {
      return fail("its pickle holds a text that is not UTF-8");
    }
  };
  const line = (): string => {
    const end = bytes.indexOf(10, at);
    const found = text((end < 0 ? bytes.length : end) - at);
    pass(1);
    return found;
  };
  const integer = (length: number): number | bigint => {
    if (length > maxIntegerBytes) fail(`its pickle holds an integer of ${length} bytes`);
    const from = pass(length);
    let value = 0n;
    for (let i = length - 1; i >= 0; i--) value = value << 8n | BigInt(bytes[from + i]);
    const signed = BigInt.asIntN(8 * length, value);
    return BigInt(Number(signed)) === signed && Number.isSafeInteger(Number(signed))
      ? Number(signed)
      : signed;
  };

  const pop = (): Value => {
    if (stack.length <= (marks.at(-1) ?? 0)) fail("its pickle takes more than it has");
    return stack.pop() as Value;
  };
  const popMarked = (): Value[] => {
    const mark = marks.pop();
    return mark === undefined ? fail("its pickle misses a mark") : stack.splice(mark);
  };
  const top = (): Value => {
    const value = pop();
    stack.push(value);
    return value;
  };
  const list = (): Value[] => {
    const value = top();
    return Array.isArray(value) ? value : fail(`its pickle appends to ${show(value)}`);
  };
  const setItems = (items: Value[]) => {
    const into = top();
    if (!(into instanceof Map)) fail(`its pickle sets items of ${show(into)}`);
    if (items.length % 2 !== 0) fail("its pickle sets an item without a value");
    for (let i = 0; i < items.length; i += 2) {
      const name = items[i];
      if (typeof name !== "string" && typeof name !== "number") {
        return fail(`a dictionary has the key ${show(name)}, expected a text or a number`);
      }
      into.set(name, items[i + 1]);
    }
  };
  const call = () => {
    const [args, callee] = [pop(), pop()];
    if (!isGlobal(callee) || callee.call === undefined || !Array.isArray(args)) {
      return fail(`its pickle calls ${show(callee)}`);
    }
    stack.push(callee.call(args));
  };
  const recall = (index: number) => {
    const value = memo.get(index);
    if (value === undefined) fail(`its pickle recalls ${index}, which it never stored`);
    stack.push(value as Value);
  };
  const tuple = (length: number) => {
    const items = Array.from({ length }, pop);
    stack.push(items.reverse());
  };

  const opcodes: Readonly<Record<number, () => void>> = {
    0x80: () => void u8(), // protocol
    0x95: () => void u64(), // frame
    0x28: () => void marks.push(stack.length),
    0x30: () => void pop(),
    0x31: () => void popMarked(),
    0x4e: () => void stack.push(null),
    0x88: () => void stack.push(true),
    0x89: () => void stack.push(false),
    0x4a: () => void stack.push(i32()),
    0x4b: () => void stack.push(u8()),
    0x4d: () => void stack.push(u16()),
    0x8a: () => void stack.push(integer(u8())),
    0x8b: () => void stack.push(integer(u32())),
    0x47: () => void stack.push(view.getFloat64(pass(8))),
    0x55: () => void stack.push(text(u8())), // of Python 2
    0x54: () => void stack.push(text(u32())),
    0x8c: () => void stack.push(text(u8())),
    0x58: () => void stack.push(text(u32())),
    0x8d: () => void stack.push(text(u64())),
    0x29: () => tuple(0),
    0x85: () => tuple(1),
    0x86: () => tuple(2),
    0x87: () => tuple(3),
    0x74: () => void stack.push(popMarked()),
    0x5d: () => void stack.push([]),
    0x61: () => {
      const item = pop();
      list().push(item);
    },
    0x65: () => {
      const items = popMarked();
      const into = list();
      for (const item of items) into.push(item);
    },
    0x7d: () => void stack.push(new Map()),
    0x73: () => {
      const [value, name] = [pop(), pop()];
      setItems([name, value]);
    },
    0x75: () => setItems(popMarked()),
    0x71: () => void memo.set(u8(), top()),
    0x72: () => void memo.set(u32(), top()),
    0x94: () => void memo.set(memo.size, top()),
    0x68: () => recall(u8()),
    0x6a: () => recall(u32()),
    0x63: () => void stack.push(findGlobal(line(), line())),
    0x93: () => {
      const [name, module] = [pop(), pop()];
      if (typeof module !== "string" || typeof name !== "string") {
        return fail("its pickle names a Python object by something else than text");
      }
      stack.push(findGlobal(module, name));
    },
    0x51: () => {
      const storage = findStorage(pop());
      storages.push(storage);
      stack.push(storage);
    },
    0x52: call,
    0x81: call,
    0x62: () => {
      // The attributes of a state dict are the versions of its modules, which nothing here depends on.
      pop();
      if (!(top() instanceof Map)) fail(`its pickle sets attributes of ${show(top())}`);
    },
  };

  for (;;) {
    const opcode = u8();
    if (opcode === 0x2e) return { value: pop(), end: at, storages };
    const run = Object.hasOwn(opcodes, opcode) ? opcodes[opcode] : undefined;
    if (run === undefined) {
      return fail(
        `its pickle holds the opcode 0x${opcode.toString(16).padStart(2, "0")} at byte ${
          at - 1
        }, ` +
          "which files of tensors do not",
      );
    }
    run();
  }
}
