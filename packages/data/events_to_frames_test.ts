import { assertEquals, assertThrows } from "@std/assert";
import { tensor } from "@spikeloop/tensor";
import { eventsToFrames } from "./events_to_frames.ts";

const camera = { width: 2, height: 2 };
const events = {
  t: Int32Array.of(100, 101, 104, 109, 109, 110),
  x: Uint8Array.of(0, 1, 0, 1, 1, 0),
  y: Uint8Array.of(0, 0, 1, 1, 1, 1),
  p: Uint8Array.of(0, 1, 1, 0, 0, 1),
};
const totals = (options: Partial<Parameters<typeof eventsToFrames>[1]>, list = events) => {
  const frames = eventsToFrames(list, { ...camera, timeSteps: 3, ...options });
  const perFrame = frames.size / frames.shape[0];
  return Array.from(
    { length: frames.shape[0] },
    (_, t) => frames.dataSync().slice(t * perFrame, (t + 1) * perFrame).reduce((a, b) => a + b),
  );
};

Deno.test("eventsToFrames() counts events at their pixel", () => {
  const frames = eventsToFrames(events, { ...camera, timeSteps: 1 });
  assertEquals(frames.shape, [1, 2, 2, 2]);
  assertEquals([...frames.dataSync()], [1, 0, 0, 2, 0, 1, 2, 0]);
});

Deno.test("frames last ⌊span / T⌋, and the last one takes the rest", () => {
  assertEquals(totals({}), [2, 1, 3]); // up to 103, 106, 110
});

Deno.test("frames may hold equally many events", () => {
  assertEquals(totals({ splitBy: "number" }), [2, 2, 2]);
  assertEquals(totals({ splitBy: "number", timeSteps: 4 }), [1, 1, 1, 3]);
  assertEquals(totals({ splitBy: "number", timeSteps: 7 }), [0, 0, 0, 0, 0, 0, 6]);
});

Deno.test("times may be seconds, big integers, tensors or all the same", () => {
  const other = (t: unknown) => totals({}, { ...events, t: t as typeof events.t });
  assertEquals(other(Float64Array.from(events.t, (t) => t / 1e6)), [2, 1, 3]);
  assertEquals(other(BigInt64Array.from(events.t, BigInt)), [2, 1, 3]);
  assertEquals(other(tensor(events.t)), [2, 1, 3]);
  assertEquals(other([5, 5, 5, 5, 5, 5]), [6, 0, 0]);
});

Deno.test("polarities may share a channel", () => {
  const { p: _, ...rest } = events;
  for (const list of [events, rest]) {
    const frames = eventsToFrames(list, { ...camera, timeSteps: 1, polarities: 1 });
    assertEquals([...frames.dataSync()], [1, 1, 2, 2]);
  }
});

Deno.test("events outside the camera are refused by their number", () => {
  const run = (other: object, options = {}) => () =>
    eventsToFrames({ ...events, ...other }, { ...camera, timeSteps: 2, ...options });
  assertThrows(run({}, { width: 1 }), RangeError, "x[1] is 1, expected an integer from 0 to 0");
  assertThrows(run({ p: [0, 1, 2, 0, 0, 0] }), RangeError, "p[2] is 2");
  assertThrows(run({ y: [0] }), TypeError, "there are 6 t and 1 y");
  assertThrows(run({ t: [NaN, 0, 0, 0, 0, 0] }), RangeError, "t[0] is NaN");
  assertThrows(run({ t: undefined }), TypeError, "t is missing");
  assertThrows(run({ x: ["a"] }), TypeError, "x[0]");
  assertThrows(run({}, { timeSteps: 0 }), RangeError, "timeSteps is 0");
  assertThrows(run({}, { splitBy: "tim" }), RangeError, "did you mean time?");
});
