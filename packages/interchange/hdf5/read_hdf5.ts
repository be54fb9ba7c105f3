import type { Fail } from "../reading.ts";
import { type Dataset, readDataset } from "./dataset.ts";
import { readLinks } from "./groups.ts";
import { readMessages } from "./messages.ts";
import { makeSource, type Source } from "./source.ts";

/** How deep groups may lie in each other. */
const maxDepth = 32;
const signature = [0x89, 0x48, 0x44, 0x46, 0x0d, 0x0a, 0x1a, 0x0a];

/** Whether a file begins like an HDF5 file. */
export function isHdf5(bytes: Uint8Array): boolean {
  return signature.every((byte, i) => bytes[i] === byte);
}

/** Groups and datasets by name. */
export type Group = Map<string, Group | Dataset>;

/**
 * Reads the part of HDF5 that NIR files use: the oldest superblock, object headers of version 1,
 * old-style and compact groups, and datasets of numbers or texts that are contiguous, compact, or
 * in chunks (gzip, shuffle). Attributes are not read. Time and memory are bounded by the size of
 * the file.
 *
 * Source: "HDF5 File Format Specification Version 3.0", The HDF Group.
 *
 * @param bytes A file for which {@linkcode isHdf5} is true.
 * @param fail Throws an error with the problem.
 */
export function readHdf5(bytes: Uint8Array, fail: Fail): Group {
  const source = makeSource(bytes, fail);
  const version = source.uint(8, 1);
  if (version > 1) fail(`is HDF5 with a superblock of version ${version}, expected 0 or 1`);
  if (source.uint(13, 1) !== 8 || source.uint(14, 1) !== 8) {
    fail("is HDF5 with addresses of other than 8 bytes");
  }
  const addresses = version === 0 ? 24 : 28;
  if (source.uint(addresses, 8) !== 0) fail("is HDF5 that does not begin at byte 0");
  const end = source.uint(addresses + 16, 8);
  if (end > bytes.length) fail(`is cut off: it has ${bytes.length} bytes of ${end}`);
  // Four addresses, then the entry of the root group, whose second field is its object header.
  const root = readObject(source, source.uint(addresses + 40, 8), 0);
  return root instanceof Map ? root : fail("is HDF5 without a root group");
}

function readObject(source: Source, address: number, depth: number): Group | Dataset {
  if (depth > maxDepth) source.fail(`nests groups deeper than ${maxDepth} levels`);
  const messages = readMessages(source, address);
  const links = readLinks(source, messages);
  if (links === undefined) return readDataset(source, messages);
  const group: Group = new Map();
  for (const [name, member] of links) group.set(name, readObject(source, member, depth + 1));
  return group;
}
