// Files of HDF5, put together part by part. They may be wrong in any way.
import { ascii, none, pad8, u16, u32, u64 } from "../hdf5/encode.ts";

/** Bytes one after the other. */
export function join(parts: readonly (ArrayLike<number>)[]): Uint8Array<ArrayBuffer> {
  let length = 0;
  for (const part of parts) length += part.length;
  const bytes = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}

/** A message of an object header: its kind, and its content. */
export type Message = readonly [kind: number, content: ArrayLike<number>];

/** A link of a group in its header. */
export function link(name: string, address: number): Message {
  return [0x06, join([[1, 0x11, 1], u16(name.length), ascii(name), u64(address)])];
}

/** The messages of a scalar or an array of some type, in some layout. */
export function dataset(shape: readonly number[], type: Message, layout: Message): Message[] {
  const space = join([[1, shape.length, 0, 0, 0, 0, 0, 0], ...shape.map(u64)]);
  return [[0x01, space], type, layout];
}

/** Types. */
export const bytesType: Message = [0x03, [0x10, 0, 0, 0, ...u32(1), 0, 0, 8, 0]];
export const floatType: Message = [
  0x03,
  [0x11, 0x20, 31, 0, ...u32(4), ...u16(0), ...u16(32), 23, 8, 0, 23, ...u32(127)],
];
export const heapTextType: Message = [0x03, [
  0x19,
  1,
  0,
  0,
  ...u32(16),
  ...bytesType[1] as number[],
]];
export function textType(width: number): Message {
  return [0x03, [0x13, 0x11, 0, 0, ...u32(width)]];
}

/** A layout of data in one piece. */
export function contiguous(address: number, size: number): Message {
  return [0x08, join([[3, 1], u64(address), u64(size)])];
}

/** A layout of packed chunks; `chunk` ends with the bytes of an element. */
export function chunked(tree: number, chunk: readonly number[]): Message {
  return [0x08, join([[3, 2, chunk.length], u64(tree), ...chunk.map(u32)])];
}

/** A pipeline of filters. */
export function filters(...ids: number[]): Message {
  const each = ids.map((id) => [...u16(id), 0, 0, 0, 0, 0, 0]);
  return [0x0b, join([[1, ids.length, 0, 0, 0, 0, 0, 0], ...each])];
}

/** A file that grows. */
export class Hdf5File {
  #parts: Uint8Array[] = [];
  /** The address of the next bytes. */
  end = 96;

  /** Appends bytes, and returns their address. */
  append(bytes: ArrayLike<number>): number {
    const at = this.end;
    const part = new Uint8Array(pad8(bytes.length));
    part.set(bytes);
    this.#parts.push(part);
    this.end += part.length;
    return at;
  }

  /** Appends an object header. */
  header(messages: readonly Message[]): number {
    const parts = messages.map(([kind, content]) => {
      const padding = new Uint8Array(pad8(content.length) - content.length);
      return join([u16(kind), u16(pad8(content.length)), [0, 0, 0, 0], content, padding]);
    });
    const body = join(parts);
    const head = [1, 0, ...u16(messages.length), ...u32(1), ...u32(body.length), ...u32(0)];
    return this.append(join([head, body]));
  }

  /** Appends a group with its links in its header. */
  group(links: readonly (readonly [name: string, address: number])[]): number {
    const info: Message = [0x02, [0, 0, ...none, ...none]];
    return this.header([info, ...links.map(([name, address]) => link(name, address))]);
  }

  /** Appends a text. */
  text(text: string): number {
    const at = this.append(ascii(text));
    return this.header(dataset([], textType(text.length), contiguous(at, text.length)));
  }

  /** Appends a node of B-trees. */
  tree(
    type: number,
    level: number,
    children: readonly (readonly [key: ArrayLike<number>, child: number])[],
  ): number {
    const rows = children.map(([key, child]) => join([key, u64(child)]));
    const head = [...ascii("TREE"), type, level, ...u16(children.length), ...none, ...none];
    return this.append(join([head, ...rows, new Uint8Array(64)]));
  }

  /** The file, with the group "node" and whatever it holds. */
  finish(node: number): Uint8Array<ArrayBuffer> {
    const root = this.group([["node", node]]);
    const head = [
      ...[0x89, 0x48, 0x44, 0x46, 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 0, 0, 8, 8, 0],
      ...[...u16(4), ...u16(16), ...u32(0), ...u64(0), ...none, ...u64(this.end), ...none],
      ...[...u64(0), ...u64(root), ...new Uint8Array(24)],
    ];
    return join([head, ...this.#parts]);
  }

  /** The file of a graph with these nodes, by the addresses of their groups. */
  graph(nodes: readonly (readonly [name: string, address: number])[]): Uint8Array<ArrayBuffer> {
    return this.finish(
      this.group([["type", this.text("NIRGraph")], ["nodes", this.group(nodes)]]),
    );
  }
}
