import { type Budget, objectBytes } from "../budget.ts";
import { decodeText, quote } from "../reading.ts";
import { setItem } from "./dictionary.ts";
import { findGlobal } from "./globals.ts";
import { findStorage } from "./storage.ts";
import {
  fail,
  isKind,
  isSequence,
  isTuple,
  opaque,
  showValue,
  type TorchStorage,
  type Value,
} from "./values.ts";

/** The longest integer in bytes, as long as a short one (LONG1) can be. */
const maxIntegerBytes = 255;
/** The most values that wait on the stack. A list comes in parts of a thousand. */
const maxStack = 2 ** 24;
/** The most values that a list has, or that are stored for later. */
const maxItems = 2 ** 26;
/** The price of an opcode: its time, and its room on the stack or in a list. */
const opcodeBytes = 32;

/** The object of a pickle. */
export interface Unpickled {
  /** The object. */
  readonly value: Value;
  /** The byte after the pickle. */
  readonly end: number;
  /** The storages that the object refers to, by their names. */
  readonly storages: ReadonlyMap<string, TorchStorage>;
}

/**
 * Runs a pickle, which is a program for a small stack machine, without Python. It builds
 * dictionaries, lists, texts and numbers. Calls reach only the functions of `findGlobal`. Every
 * opcode and everything that it makes is paid from the budget. Protocols 2 to 5 are known, as far
 * as PyTorch uses them.
 *
 * Source: the comments of Python's pickletools.
 *
 * @param start The first byte of the pickle.
 * @throws {SyntaxError} if the pickle is malformed, or does more than checkpoints need.
 */
export function unpickle(bytes: Uint8Array, budget: Budget, start = 0): Unpickled {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const stack: Value[] = [];
  const marks: number[] = [];
  const memo: Value[] = [];
  const storages = new Map<string, TorchStorage>();
  let at = start;

  /** Passes `n` bytes, and returns the offset of the first. */
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
    budget.spend(2 * length);
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
    budget.spend(objectBytes + 8 * length);
    let hex = "0x0";
    for (let i = length - 1; i >= 0; i--) hex += bytes[from + i].toString(16).padStart(2, "0");
    const signed = BigInt.asIntN(8 * length, BigInt(hex));
    const number = Number(signed);
    return Number.isSafeInteger(number) ? number : signed;
  };
  const passBytes = (length: number, what = "bytes"): Value => {
    pass(length);
    return opaque(what);
  };

  const pop = (): Value => {
    if (stack.length <= (marks.length > 0 ? marks[marks.length - 1] : 0)) {
      fail("its pickle takes more than it has");
    }
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
  const extend = (list: Value[], items: readonly Value[]) => {
    if (list.length + items.length > maxItems) fail(`a list has more than ${maxItems} items`);
    for (const item of items) list.push(item);
  };
  const append = (items: readonly Value[]) => {
    const list = top();
    if (!isSequence(list) || isTuple(list)) {
      return fail(`its pickle appends to ${isTuple(list) ? "the tuple " : ""}${showValue(list)}`);
    }
    extend(list as Value[], items);
  };
  const addItems = (items: readonly Value[]) => {
    const set = top();
    if (!isKind(set, "set") || set.isFrozen) return fail(`its pickle adds to ${showValue(set)}`);
    extend(set.items, items);
  };
  const setItems = (items: readonly Value[]) => {
    const dictionary = top();
    if (!(dictionary instanceof Map)) {
      return fail(`its pickle sets items of ${showValue(dictionary)}`);
    }
    if (items.length % 2 !== 0) fail("its pickle sets an item without a value");
    for (let i = 0; i < items.length; i += 2) {
      setItem(dictionary, items[i], items[i + 1], budget);
    }
  };
  const call = () => {
    const [args, callee] = [pop(), pop()];
    if (!isKind(callee, "global") || callee.call === undefined || !isTuple(args)) {
      return fail(`its pickle calls ${showValue(callee)}`);
    }
    make(callee.call(args, budget), 2 * objectBytes);
  };
  /** Pushes an object of a price. */
  const make = (value: Value, price = objectBytes) => {
    budget.spend(price);
    stack.push(value);
  };
  const pushTuple = (items: Value[]) => make(Object.freeze(items), objectBytes + 8 * items.length);
  const popTuple = (length: number) => {
    if (length === 1) return pushTuple([pop()]);
    const items = Array.from({ length }, pop);
    pushTuple(items.reverse());
  };
  const memoize = (index: number) => {
    // Python's pickler counts from 0. A large number would ask for memory that nothing fills.
    if (index > Math.min(memo.length + 2 ** 16, maxItems)) {
      fail(`its pickle stores ${index} after ${memo.length}`);
    }
    budget.spend(objectBytes + 8 * Math.max(0, index - memo.length));
    while (memo.length < index) memo.push(undefined as unknown as Value);
    memo[index] = top();
  };
  const recall = (index: number) => {
    const value = memo[index];
    if (value === undefined) fail(`its pickle recalls ${index}, which it never stored`);
    stack.push(value);
  };
  const begin = () => {
    const protocol = u8();
    if (protocol < 2 || protocol > 5) {
      fail(`its pickle has the protocol ${protocol}, expected 2 to 5`);
    }
  };

  const opcodes: Readonly<Record<number, () => void>> = {
    0x80: begin, // PROTO
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
    0x55: () => make(text(u8())), // SHORT_BINSTRING, of Python 2
    0x54: () => make(text(u32())), // BINSTRING, of Python 2
    0x8c: () => make(text(u8())), // SHORT_BINUNICODE
    0x58: () => make(text(u32())), // BINUNICODE
    0x8d: () => make(text(u64())), // BINUNICODE8
    0x43: () => make(passBytes(u8())), // SHORT_BINBYTES
    0x42: () => make(passBytes(u32())), // BINBYTES
    0x8e: () => make(passBytes(u64())), // BINBYTES8
    0x96: () => make(passBytes(u64(), "a bytearray")), // BYTEARRAY8
    0x29: () => pushTuple([]), // EMPTY_TUPLE
    0x85: () => popTuple(1), // TUPLE1
    0x86: () => popTuple(2), // TUPLE2
    0x87: () => popTuple(3), // TUPLE3
    0x74: () => pushTuple(popMarked()), // TUPLE
    0x5d: () => make([]), // EMPTY_LIST
    0x61: () => append([pop()]), // APPEND
    0x65: () => append(popMarked()), // APPENDS
    0x7d: () => make(new Map(), 4 * objectBytes), // EMPTY_DICT
    0x73: () => { // SETITEM
      const [value, name] = [pop(), pop()];
      setItems([name, value]);
    },
    0x75: () => setItems(popMarked()), // SETITEMS
    0x8f: () => make({ kind: "set", items: [], isFrozen: false }, 2 * objectBytes), // EMPTY_SET
    0x90: () => addItems(popMarked()), // ADDITEMS
    0x91: () => make({ kind: "set", items: popMarked(), isFrozen: true }), // FROZENSET
    0x71: () => memoize(u8()), // BINPUT
    0x72: () => memoize(u32()), // LONG_BINPUT
    0x94: () => memoize(memo.length), // MEMOIZE
    0x68: () => recall(u8()), // BINGET
    0x6a: () => recall(u32()), // LONG_BINGET
    0x63: () => make(findGlobal(line(), line()), 4 * objectBytes), // GLOBAL
    0x93: () => { // STACK_GLOBAL
      const [name, module] = [pop(), pop()];
      if (typeof module !== "string" || typeof name !== "string") {
        return fail("its pickle names a Python object by something else than text");
      }
      make(findGlobal(module, name), 4 * objectBytes);
    },
    0x51: () => { // BINPERSID
      const storage = findStorage(pop());
      const known = storages.get(storage.key) ?? storage;
      if (known.type !== storage.type) {
        fail(`storage ${quote(storage.key)} is a ${known.type}, and a ${storage.type}`);
      }
      storages.set(storage.key, known);
      make(storage, 4 * objectBytes);
    },
    0x52: call, // REDUCE
    0x81: call, // NEWOBJ
    0x62: () => { // BUILD
      // The attributes of a state dict are the versions of its modules; nothing here needs them.
      const attributes = pop();
      if (!(attributes instanceof Map && top() instanceof Map)) {
        fail(`its pickle sets attributes of ${showValue(top())}`);
      }
    },
  };
  const table = Array.from({ length: 256 }, (_, opcode) => opcodes[opcode]);

  for (;;) {
    const opcode = u8();
    if (opcode === 0x2e) return { value: pop(), end: at, storages };
    budget.spend(opcodeBytes);
    const run = table[opcode];
    if (run === undefined) {
      const code = opcode.toString(16).padStart(2, "0");
      return fail(
        `its pickle holds the opcode 0x${code} at byte ${at - 1}, which files of tensors do not`,
      );
    }
    run();
    if (stack.length + marks.length > maxStack) {
      fail(`its pickle has more than ${maxStack} values on its stack`);
    }
  }
}
