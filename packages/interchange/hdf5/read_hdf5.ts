import { showCount } from "@spikeloop/errors";
import { type Budget, objectBytes } from "../budget.ts";
import { type Fail, quote } from "../reading.ts";
import { type Dataset, readDataset } from "./dataset.ts";
import { readLinks } from "./groups.ts";
import { makeHeaps } from "./heap.ts";
import { readMessages } from "./messages.ts";
import { makeSource, nowhere } from "./source.ts";

const signature = [0x89, 0x48, 0x44, 0x46, 0x0d, 0x0a, 0x1a, 0x0a];

/** Whether an HDF5 file begins at a byte. */
export function isHdf5(bytes: Uint8Array, at = 0): boolean {
  return signature.every((byte, i) => bytes[at + i] === byte);
}

/**
 * The bytes before the HDF5 file: its user block. They are 512, 1024, 2048 and so on.
 *
 * @returns 0 if there is none, or it is no HDF5 file.
 */
export function findUserBlock(bytes: Uint8Array): number {
  for (let at = 512; at + 8 <= bytes.length; at *= 2) if (isHdf5(bytes, at)) return at;
  return 0;
}

/** Groups and datasets by name. */
export interface Group {
  /** The names of all members. */
  readonly names: readonly string[];
  /**
   * Opens a member. The same object is opened once, however many names it has.
   *
   * @param refuse Called if the member is a link to another name or file. Fails if missing.
   */
  get(name: string, refuse?: Fail): Group | Dataset | undefined;
}

/** Whether a member of a group is a group itself. */
export function isGroup(member: Group | Dataset): member is Group {
  return "names" in member;
}

/**
 * Reads the part of HDF5 that NIR files use: the oldest superblock, object headers of version 1,
 * old-style and compact groups, and datasets of numbers or texts that are contiguous, compact, or
 * in chunks (gzip, shuffle, Fletcher-32). Attributes are not read. Groups and datasets are read
 * when they are asked for. A part that is never asked for may be of any kind, and a group may hold
 * itself.
 *
 * Source: "HDF5 File Format Specification Version 3.0", The HDF Group.
 *
 * @param bytes A file for which {@linkcode isHdf5} is true.
 * @param fail Throws an error with the problem.
 * @param budget Pays for everything that is made.
 */
export function readHdf5(bytes: Uint8Array, fail: Fail, budget: Budget): Group {
  const source = makeSource(bytes, fail, budget);
  const version = source.uint(8, 1);
  if (version > 1) {
    fail(
      `is HDF5 with a superblock of version ${version}, expected 0 or 1, as h5py writes it ` +
        'without libver="latest"',
    );
  }
  if (source.uint(13, 1) !== 8 || source.uint(14, 1) !== 8) {
    fail("is HDF5 with addresses of other than 8 bytes");
  }
  const addresses = version === 0 ? 24 : 28;
  if (source.uint(addresses, 8) !== 0) {
    fail("is HDF5 that does not begin at byte 0: there was a user block before it");
  }
  const end = source.uint(addresses + 16, 8);
  if (end > bytes.length) fail(`is cut off: it has ${showCount(bytes.length, "byte")} of ${end}`);
  const heapAt = makeHeaps(source);
  const objects = new Map<number, Group | Dataset>();
  const open = (address: number): Group | Dataset => {
    const object = objects.get(address) ?? readObject(address);
    objects.set(address, object);
    return object;
  };
  const readObject = (address: number): Group | Dataset => {
    source.spend(8 * objectBytes);
    const messages = readMessages(source, address);
    const links = readLinks(source, messages);
    if (links === undefined) return readDataset(source, messages, heapAt);
    const get: Group["get"] = (name, refuse = fail) => {
      const member = links.get(name);
      if (member === undefined) return undefined;
      if (member >= nowhere) return refuse(`holds ${quote(name)}, which is a link elsewhere`);
      return open(member);
    };
    return { names: [...links.keys()], get };
  };
  // Four addresses, then the entry of the root group, whose second field is its object header.
  const root = open(source.uint(addresses + 40, 8));
  return isGroup(root) ? root : fail("is HDF5 without a root group");
}
