import { assertEquals } from "@std/assert";
import { boardValues, eventRecord, maskedCrc32c } from "./tensorboard.ts";

const hex = (bytes: Uint8Array) =>
  Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join(" ");

Deno.test("the checksum of 123456789 is the standard's, masked", () => {
  const crc = 0xe3069283;
  const masked = ((crc >>> 15 | crc << 17) + 0xa282ead8) >>> 0;
  assertEquals(maskedCrc32c(new TextEncoder().encode("123456789")), masked);
});

Deno.test("the first record of a file begins with the bytes of every event file", () => {
  const record = eventRecord({ time: 0, fileVersion: "brain.Event:2" });
  assertEquals(hex(record.subarray(0, 13)), "18 00 00 00 00 00 00 00 a3 7f 4b 22 09");
  assertEquals(hex(record.subarray(21, 23)), "1a 0d");
  assertEquals(new TextDecoder().decode(record.subarray(23, 36)), "brain.Event:2");
});

Deno.test("a number is a summary at its step", () => {
  const record = eventRecord({ time: 1, step: 300, values: { a: 0.5 } });
  const message = [
    "09 00 00 00 00 00 00 f0 3f", // wall_time: 1
    "10 ac 02", // step: 300
    "2a 0a 0a 08", // summary, with one value
    "0a 01 61", // tag: "a"
    "15 00 00 00 3f", // simple_value: 0.5
  ].join(" ");
  assertEquals(hex(record.subarray(12, -4)), message);
  assertEquals(record.length, 8 + 4 + 24 + 4);
});

Deno.test("every kind of record has its numbers", () => {
  const [step, seconds] = [1, 0];
  assertEquals(
    boardValues({ type: "episode", step, environment: 0, return: -3, length: 200, seconds }),
    { "episode/return": -3, "episode/length": 200 },
  );
  assertEquals(
    boardValues({
      ...{ type: "update", step, seconds, updates: 1, losses: { criticLoss: 2 } },
      ...{ qValue: undefined, firingRates: { hidden: 0.1 }, saturated: 0 },
    }),
    { "losses/criticLoss": 2, "rates/hidden": 0.1, "update/saturated": 0 },
  );
});
