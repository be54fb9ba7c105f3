import * as fs from "node:fs";
import { join } from "node:path";
import type { LogRecord } from "./log.ts";

/** The table of CRC-32C, whose polynomial is 0x1EDC6F41, from the lowest bit on. */
const table = /* @__PURE__ */ Uint32Array.from({ length: 256 }, (_, byte) => {
  let x = byte;
  for (let bit = 0; bit < 8; bit++) x = x & 1 ? x >>> 1 ^ 0x82f63b78 : x >>> 1;
  return x;
});

/** CRC-32C of bytes, masked as TensorFlow masks it: crc rotated right by 15, plus 0xa282ead8. */
export function maskedCrc32c(bytes: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of bytes) crc = crc >>> 8 ^ table[(crc ^ byte) & 255];
  crc = ~crc >>> 0;
  return ((crc >>> 15 | crc << 17) + 0xa282ead8) >>> 0;
}

/** An event of TensorBoard: numbers by tag at a step, or the version of the file. */
export interface BoardEvent {
  /** Seconds since 1970. */
  readonly time: number;
  readonly step?: number;
  readonly values?: Readonly<Record<string, number>>;
  readonly fileVersion?: string;
}

/**
 * Returns a record of an event file: length, its checksum, the message `Event` in the wire format
 * of protocol buffers, its checksum. All numbers are little-endian.
 */
export function eventRecord(event: BoardEvent): Uint8Array {
  const message = encodeEvent(event);
  const record = new Uint8Array(message.length + 16);
  const view = new DataView(record.buffer);
  view.setBigUint64(0, BigInt(message.length), true);
  view.setUint32(8, maskedCrc32c(record.subarray(0, 8)), true);
  record.set(message, 12);
  view.setUint32(12 + message.length, maskedCrc32c(message), true);
  return record;
}

/** The kinds of fields in the wire format. */
const [varint, fixed64, lengthDelimited, fixed32] = [0, 1, 2, 5];

function encodeEvent({ time, step = 0, values = {}, fileVersion }: BoardEvent): Uint8Array {
  const summary = Object.entries(values).map(([tag, value]) =>
    block(1, join8(block(1, text(tag)), head(2, fixed32), float32(value)))
  );
  return join8(
    head(1, fixed64),
    float64(time),
    ...step === 0 ? [] : [head(2, varint), count(step)],
    ...fileVersion === undefined ? [] : [block(3, text(fileVersion))],
    ...summary.length === 0 ? [] : [block(5, join8(...summary))],
  );
}

const head = (field: number, kind: number) => Uint8Array.of(field << 3 | kind);
const text = (value: string) => new TextEncoder().encode(value);
const block = (field: number, body: Uint8Array) =>
  join8(head(field, lengthDelimited), count(body.length), body);

function count(value: number): Uint8Array {
  const bytes: number[] = [];
  let rest = value;
  for (; rest > 127; rest = Math.floor(rest / 128)) bytes.push(rest % 128 + 128);
  return Uint8Array.from([...bytes, rest]);
}

function float32(value: number): Uint8Array {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setFloat32(0, value, true);
  return bytes;
}

function float64(value: number): Uint8Array {
  const bytes = new Uint8Array(8);
  new DataView(bytes.buffer).setFloat64(0, value, true);
  return bytes;
}

function join8(...parts: Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

/** The numbers of a record by tag. */
export function boardValues(record: LogRecord): Readonly<Record<string, number>> {
  if (record.type === "episode") {
    return { "episode/return": record.return, "episode/length": record.length };
  }
  if (record.type === "evaluation") return { "evaluation/return": record.mean };
  if (record.type === "checkpoint") return {};
  const { losses, firingRates = {}, qValue, saturated } = record;
  const tagged = (group: string, numbers: Readonly<Record<string, number>>) =>
    Object.entries(numbers).map(([name, x]) => [`${group}/${name}`, x] as const);
  const others = { qValue, saturated };
  const present = Object.entries(others).filter((pair): pair is [string, number] =>
    pair[1] !== undefined
  );
  return Object.fromEntries([
    ...tagged("losses", losses),
    ...tagged("rates", firingRates),
    ...tagged("update", Object.fromEntries(present)),
  ]);
}

/** An event file for TensorBoard. Every start of a run has one of its own in the folder. */
export class EventFile {
  readonly #file: number;

  /** Makes the file. */
  constructor(folder: string, now: number = Date.now()) {
    this.#file = fs.openSync(
      join(folder, `events.out.tfevents.${Math.floor(now / 1000)}.run`),
      "a",
    );
    this.#write({ time: now / 1000, fileVersion: "brain.Event:2" });
  }

  /** Adds the numbers of a record. */
  add(record: LogRecord): void {
    const values = boardValues(record);
    if (Object.keys(values).length === 0) return;
    this.#write({ time: Date.now() / 1000, step: record.step, values });
  }

  #write(event: BoardEvent): void {
    fs.writeSync(this.#file, eventRecord(event));
  }

  /** Closes the file. */
  close(): void {
    fs.closeSync(this.#file);
  }
}
