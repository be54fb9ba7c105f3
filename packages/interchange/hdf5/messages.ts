import { objectBytes } from "../budget.ts";
import type { Source } from "./source.ts";

/** The kinds of messages of an object header that are read. */
export const kinds = {
  dataspace: 0x01,
  linkInfo: 0x02,
  datatype: 0x03,
  link: 0x06,
  layout: 0x08,
  filters: 0x0b,
  continuation: 0x10,
  symbolTable: 0x11,
} as const;

/** A message of an object header. */
export interface Message {
  /** Its kind. */
  readonly kind: number;
  /** The first byte of its content. */
  readonly at: number;
  /** The bytes of its content. */
  readonly size: number;
}

/** Letters at the beginning of an object header of version 2, as a little-endian number. */
const newerHeader = 0x5244484f; // "OHDR"

/** The messages of an object header of version 1. */
export function readMessages(source: Source, address: number): Message[] {
  const { uint, fail, spend } = source;
  if (uint(address, 4) === newerHeader) {
    fail(
      `has an object at byte ${address} in the newer format of HDF5, as h5py writes it with ` +
        'track_order=True or libver="latest": write the file without them',
    );
  }
  const version = uint(address, 1);
  if (version !== 1) {
    fail(`has an object header at byte ${address} of version ${version}, expected 1`);
  }
  const count = uint(address + 2, 2);
  const blocks = [{ at: address + 16, size: uint(address + 8, 4) }];
  const messages: Message[] = [];
  for (const block of blocks) {
    for (let at = block.at; at + 8 <= block.at + block.size && messages.length < count;) {
      spend(objectBytes);
      const [kind, size, flags] = [uint(at, 2), uint(at + 2, 2), uint(at + 4, 1)];
      if ((flags & 2) !== 0) fail(`shares a part of the object at byte ${address} with others`);
      messages.push({ kind, at: at + 8, size });
      if (kind === kinds.continuation) {
        blocks.push({ at: uint(at + 8, 8), size: uint(at + 16, 8) });
      }
      at += 8 + size;
    }
  }
  return messages;
}

/** The first message of a kind, if there is one. */
export function findMessage(messages: readonly Message[], kind: number): Message | undefined {
  return messages.find((message) => message.kind === kind);
}
