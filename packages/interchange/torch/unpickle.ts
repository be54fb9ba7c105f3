import { decodeText } from "../reading.ts";
import { findGlobal, findStorage } from "./globals.ts";
import { fail, isGlobal, showValue, type TorchStorage, type Value } from "./values.ts";

/** The longest integer in bytes. The first number of an old file has ten. */
const maxIntegerBytes = 16;

/** The object of a pickle. */
export interface Unpickled {
  /** The object. */
  readonly value: Value;
  /** The byte after the pickle. */
  readonly end: number;
  /** The storages that the object refers to. */
  readonly storages: readonly TorchStorage[];
}

/**
 * Runs a pickle, which is a program for a small stack machine, without Python. It builds
 * dictionaries, lists, texts and numbers. Calls reach only the functions of `findGlobal`. No value
 * gets more parts than the program has bytes. Protocols 2 to 4 are known, as far as PyTorch uses
 * them.
 *
 * Source: the comments of Python's pickletools.
 *
 * @param start The first byte of the pickle.
 * @throws {SyntaxError} if the pickle is malformed, or does more than checkpoints need.
 */
export function unpickle(bytes: Uint8Array, start = 0): Unpickled {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const stack: Value[] = [];
  const marks: number[] = [];
  const memo = new Map<number, Value>();
  const storages: TorchStorage[] = [];
  let at = start;

  /** Passes `n` bytes, and returns the place of the first. */
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
    return decodeText(
      bytes.subarray(from, at),
      () => fail("its pickle holds a text that is not UTF-8"),
    );
  };
  const line = (): string => {
    const end = bytes.indexOf(10, at);
    const value = text((end < 0 ? bytes.length : end) - at);
    pass(1);
    return value;
  };
  const readInteger = (length: number): number | bigint => {
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
  const append = (items: readonly Value[]) => {
    const list = top();
    if (!Array.isArray(list)) return fail(`its pickle appends to ${showValue(list)}`);
    for (const item of items) list.push(item);
  };
  const setItems = (items: Value[]) => {
    const dictionary = top();
    if (!(dictionary instanceof Map)) fail(`its pickle sets items of ${showValue(dictionary)}`);
    if (items.length % 2 !== 0) fail("its pickle sets an item without a value");
    for (let i = 0; i < items.length; i += 2) {
      const name = items[i];
      if (typeof name !== "string" && typeof name !== "number") {
        return fail(`a dictionary has the key ${showValue(name)}, expected a text or a number`);
      }
      dictionary.set(name, items[i + 1]);
    }
  };
  const call = () => {
    const [args, callee] = [pop(), pop()];
    if (!isGlobal(callee) || callee.call === undefined || !Array.isArray(args)) {
      return fail(`its pickle calls ${showValue(callee)}`);
    }
    stack.push(callee.call(args));
  };
  const recall = (index: number) => {
    const value = memo.get(index);
    if (value === undefined) fail(`its pickle recalls ${index}, which it never stored`);
    stack.push(value as Value);
  };
  const pushTuple = (length: number) => {
    const items = Array.from({ length }, pop);
    stack.push(items.reverse());
  };

  const opcodes: Readonly<Record<number, () => void>> = {
    0x80: () => void u8(), // PROTO
    0x95: () => void u64(), // FRAME
    0x28: () => void marks.push(stack.length), // MARK
    0x30: () => void pop(), // POP
    0x31: () => void popMarked(), // POP_MARK
    0x4e: () => void stack.push(null), // NONE
    0x88: () => void stack.push(true), // NEWTRUE
    0x89: () => void stack.push(false), // NEWFALSE
    0x4a: () => void stack.push(i32()), // BININT
    0x4b: () => void stack.push(u8()), // BININT1
    0x4d: () => void stack.push(u16()), // BININT2
    0x8a: () => void stack.push(readInteger(u8())), // LONG1
    0x8b: () => void stack.push(readInteger(u32())), // LONG4
    0x47: () => void stack.push(view.getFloat64(pass(8))), // BINFLOAT
    0x55: () => void stack.push(text(u8())), // SHORT_BINSTRING, of Python 2
    0x54: () => void stack.push(text(u32())), // BINSTRING, of Python 2
    0x8c: () => void stack.push(text(u8())), // SHORT_BINUNICODE
    0x58: () => void stack.push(text(u32())), // BINUNICODE
    0x8d: () => void stack.push(text(u64())), // BINUNICODE8
    0x29: () => pushTuple(0), // EMPTY_TUPLE
    0x85: () => pushTuple(1), // TUPLE1
    0x86: () => pushTuple(2), // TUPLE2
    0x87: () => pushTuple(3), // TUPLE3
    0x74: () => void stack.push(popMarked()), // TUPLE
    0x5d: () => void stack.push([]), // EMPTY_LIST
    0x61: () => append([pop()]), // APPEND
    0x65: () => append(popMarked()), // APPENDS
    0x7d: () => void stack.push(new Map()), // EMPTY_DICT
    0x73: () => { // SETITEM
      const [value, name] = [pop(), pop()];
      setItems([name, value]);
    },
    0x75: () => setItems(popMarked()), // SETITEMS
    0x71: () => void memo.set(u8(), top()), // BINPUT
    0x72: () => void memo.set(u32(), top()), // LONG_BINPUT
    0x94: () => void memo.set(memo.size, top()), // MEMOIZE
    0x68: () => recall(u8()), // BINGET
    0x6a: () => recall(u32()), // LONG_BINGET
    0x63: () => void stack.push(findGlobal(line(), line())), // GLOBAL
    0x93: () => { // STACK_GLOBAL
      const [name, module] = [pop(), pop()];
      if (typeof module !== "string" || typeof name !== "string") {
        return fail("its pickle names a Python object by something else than text");
      }
      stack.push(findGlobal(module, name));
    },
    0x51: () => { // BINPERSID
      const storage = findStorage(pop());
      storages.push(storage);
      stack.push(storage);
    },
    0x52: call, // REDUCE
    0x81: call, // NEWOBJ
    0x62: () => { // BUILD
      // The attributes of a state dict are the versions of its modules; nothing here needs them.
      pop();
      if (!(top() instanceof Map)) fail(`its pickle sets attributes of ${showValue(top())}`);
    },
  };

  for (;;) {
    const opcode = u8();
    if (opcode === 0x2e) return { value: pop(), end: at, storages };
    const run = Object.hasOwn(opcodes, opcode) ? opcodes[opcode] : undefined;
    if (run === undefined) {
      const code = opcode.toString(16).padStart(2, "0");
      return fail(
        `its pickle holds the opcode 0x${code} at byte ${at - 1}, which files of tensors do not`,
      );
    }
    run();
  }
}
