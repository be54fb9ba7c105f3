import { dtypes } from "../dtypes.ts";
import { show } from "../show.ts";
import { fail } from "./fail.ts";
import { unpickle } from "./unpickle.ts";
import type { Storage, Value } from "./values.ts";
import { readZip } from "./zip.ts";

/** What a file of PyTorch holds. */
export interface Archive {
  /** The object that was saved. */
  readonly root: Value;
  /** The bytes of a storage. */
  bytesOf(storage: Storage): Uint8Array;
}

/** Storages lie in files of a ZIP archive, beside the pickle of the object: PyTorch 1.6 and later. */
export function openZip(bytes: Uint8Array): Archive {
  const files = readZip(bytes);
  const pickles = [...files.keys()].filter((name) => /(^|\/)data\.pkl$/.test(name));
  if (pickles.length !== 1) {
    fail(`the archive holds ${pickles.length} files data.pkl, expected one`);
  }
  const folder = pickles[0].slice(0, -"data.pkl".length);
  const fileOf = (name: string): Uint8Array =>
    files.get(folder + name)?.() ??
      fail(`the archive lacks the file ${JSON.stringify(folder + name)}`);
  if (files.has(`${folder}byteorder`)) {
    const order = new TextDecoder().decode(fileOf("byteorder").subarray(0, 20));
    if (order !== "little") fail(`its byte order is ${JSON.stringify(order)}, expected "little"`);
  }
  const root = unpickle(fileOf("data.pkl")).value;
  return {
    root,
    bytesOf: (storage) => checkSize(fileOf(`data/${storage.key}`), storage),
  };
}

function checkSize(bytes: Uint8Array, { key, dtype, size }: Storage): Uint8Array {
  const wanted = size * dtypes[dtype].bytes;
  if (bytes.length === wanted) return bytes;
  return fail(
    `storage ${JSON.stringify(key)} has ${bytes.length} bytes, its pickle says ${wanted}`,
  );
}

/** The number that a file of before PyTorch 1.6 begins with. */
const magic = 0x1950a86a20f9469cfc6cn;
const protocol = 1001;

/**
 * Five pickles after each other (a number, a version, the machine, the object, the keys of its storages), then the
 * storages, each after the number of its elements: before PyTorch 1.6.
 */
export function openLegacy(bytes: Uint8Array): Archive {
  let at = 0;
  const next = (): Value => {
    const { value, end } = unpickle(bytes, at);
    at = end;
    return value;
  };
  const first = next();
  if (first !== magic) fail(`it begins with ${show(first)}: it was not written by torch.save`);
  const version = next();
  if (version !== protocol) fail(`its format has the version ${show(version)}, expected 1001`);
  const machine = next();
  if (!(machine instanceof Map) || machine.get("little_endian") !== true) {
    fail("its byte order is not little");
  }
  const { value: root, storages, end } = unpickle(bytes, at);
  at = end;
  const keys = next();
  if (!Array.isArray(keys)) return fail(`its list of storages is ${show(keys)}`);
  const types = new Map(storages.map((storage) => [storage.key, storage]));
  const places = new Map<string, Uint8Array>();
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  for (const key of keys) {
    const storage = typeof key === "string" ? types.get(key) : undefined;
    if (storage === undefined) {
      return fail(`it lists a storage ${show(key)} that nothing uses`);
    }
    const shown = JSON.stringify(storage.key);
    const size = at + 8 <= bytes.length ? view.getBigInt64(at, true) : -1n;
    if (size !== BigInt(storage.size)) {
      return fail(`storage ${shown} has ${size} numbers, its pickle says ${storage.size}`);
    }
    const length = storage.size * dtypes[storage.dtype].bytes;
    if (at + 8 + length > bytes.length) return fail(`storage ${shown} is cut off`);
    places.set(storage.key, bytes.subarray(at + 8, at + 8 + length));
    at += 8 + length;
  }
  return {
    root,
    bytesOf: (storage) => {
      const place = places.get(storage.key);
      if (place === undefined) {
        return fail(`it does not list the storage ${JSON.stringify(storage.key)}`);
      }
      return checkSize(place, storage);
    },
  };
}
