import { showCount } from "@spikeloop/errors";
import { type Budget, objectBytes } from "../budget.ts";
import { quote } from "../reading.ts";
import { unpickle } from "./unpickle.ts";
import { fail, isSequence, showValue, type TorchStorage, type Value } from "./values.ts";
import { readZip } from "../zip/read_zip.ts";

/** An opened file of PyTorch. */
export interface Archive {
  /** The object that was saved. */
  readonly root: Value;
  /** The bytes of a storage. */
  bytesOf(storage: TorchStorage): Uint8Array;
}

/**
 * Opens a file of PyTorch 1.6 or later: a ZIP archive with a pickle of the object and a file per
 * storage.
 */
export function openZip(bytes: Uint8Array, budget: Budget): Archive {
  const files = readZip(bytes, budget);
  const pickles = [...files.keys()].filter((name) => /(^|\/)data\.pkl$/.test(name));
  if (pickles.length !== 1) {
    fail(`the archive holds ${pickles.length} files data.pkl, expected one`);
  }
  const folder = pickles[0].slice(0, -"data.pkl".length);
  const fileOf = (name: string): Uint8Array =>
    files.get(folder + name)?.() ??
      fail(`the archive lacks the file ${quote(folder + name)}`);
  if (files.has(`${folder}byteorder`)) {
    const order = new TextDecoder().decode(fileOf("byteorder").subarray(0, 20));
    if (order !== "little") fail(`its byte order is ${JSON.stringify(order)}, expected "little"`);
  }
  const pickle = fileOf("data.pkl");
  const { value: root, end } = unpickle(pickle, budget);
  const rest = pickle.length - end;
  if (rest > 0) fail(`its pickle has ${showCount(rest, "byte")} after its end`);
  return { root, bytesOf: (storage) => checkBytes(fileOf(`data/${storage.key}`), storage) };
}

function checkBytes(bytes: Uint8Array, { key, width, size }: TorchStorage): Uint8Array {
  const length = size * width;
  if (bytes.length === length) return bytes;
  return fail(
    `storage ${quote(key)} has ${showCount(bytes.length, "byte")}, its pickle says ${length}`,
  );
}

/** The first number of a file from before PyTorch 1.6. */
const magic = 0x1950a86a20f9469cfc6cn;
const protocol = 1001;

/**
 * Opens a file from before PyTorch 1.6: five pickles after each other (a number, a version, the
 * machine, the object, the keys of its storages), then the storages, each after the number of its
 * elements.
 */
export function openLegacy(bytes: Uint8Array, budget: Budget): Archive {
  let at = 0;
  const next = (): Value => {
    const { value, end } = unpickle(bytes, budget, at);
    at = end;
    return value;
  };
  const first = next();
  if (first !== magic) fail(`it begins with ${showValue(first)}: it was not written by torch.save`);
  const version = next();
  if (version !== protocol) fail(`its format has the version ${showValue(version)}, expected 1001`);
  const machine = next();
  if (!(machine instanceof Map) || machine.get("little_endian") !== true) {
    fail("its byte order is not little");
  }
  const { value: root, storages, end } = unpickle(bytes, budget, at);
  at = end;
  const keys = next();
  if (!isSequence(keys)) return fail(`its list of storages is ${showValue(keys)}`);
  const bytesByKey = new Map<string, Uint8Array>();
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  for (const key of keys) {
    const storage = typeof key === "string" ? storages.get(key) : undefined;
    if (storage === undefined) {
      return fail(`it lists a storage ${showValue(key)} that nothing uses`);
    }
    const name = quote(storage.key);
    if (bytesByKey.has(storage.key)) return fail(`it lists the storage ${name} twice`);
    budget.spend(2 * objectBytes);
    const size = at + 8 <= bytes.length ? view.getBigInt64(at, true) : -1n;
    if (size !== BigInt(storage.size)) {
      return fail(`storage ${name} has length ${size}, its pickle says ${storage.size}`);
    }
    const length = storage.size * storage.width;
    if (at + 8 + length > bytes.length) return fail(`storage ${name} is cut off`);
    bytesByKey.set(storage.key, bytes.subarray(at + 8, at + 8 + length));
    at += 8 + length;
  }
  return {
    root,
    bytesOf: (storage) => {
      const own = bytesByKey.get(storage.key);
      if (own === undefined) {
        return fail(`it does not list the storage ${quote(storage.key)}`);
      }
      return checkBytes(own, storage);
    },
  };
}
