import { checkSize } from "@spikeloop/backend";
import {
  checkOptions,
  describe,
  fail,
  isRecord,
  isVector,
  refuse,
  takeCount,
  takeOneOf,
} from "@spikeloop/errors";
import { type NumberArray, Tensor, tensor } from "@spikeloop/tensor";

/** Events of a camera, one number of each list per event. */
export interface Events {
  /** The times, in any unit. */
  readonly t: NumberArray | readonly number[] | Tensor;
  /** The columns, from 0 on. */
  readonly x: NumberArray | readonly number[] | Tensor;
  /** The rows, from 0 on. */
  readonly y: NumberArray | readonly number[] | Tensor;
  /** The polarities, from 0 on; all are 0 if missing. */
  readonly p?: NumberArray | readonly number[] | Tensor;
}

/** The options of `eventsToFrames`. */
export interface FrameOptions {
  /** T, the number of frames. */
  readonly timeSteps: number;
  /** W, the columns of the camera. */
  readonly width: number;
  /** H, the rows of the camera. */
  readonly height: number;
  /** P, the channels of a frame; 2 if missing. With 1, all polarities share a channel. */
  readonly polarities?: number;
  /**
   * Whether frames last equally long (`"time"`, the default) or hold equally many events
   * (`"number"`). The last one takes the rest.
   */
  readonly splitBy?: "time" | "number";
}

/**
 * Counts the events of a camera in frames, [T, P, H, W]. Frames are those of SpikingJelly's
 * `integrate_events_by_fixed_frames_number`: by time, each lasts ⌊(last - first) / T⌋; by number,
 * each holds ⌊number / T⌋ events, which is 0 where there are fewer events than frames.
 *
 * @throws {TypeError} if a list is missing, or an option is unknown or of the wrong kind.
 * @throws {RangeError} if an event lies outside the camera, a time is not finite, or a size is no
 * integer of at least 1.
 *
 * @example
 * ```ts
 * import { eventsToFrames } from "@spikeloop/data";
 * import { assertEquals } from "@std/assert";
 *
 * const events = {
 *   t: Uint32Array.of(0, 10, 25, 40),
 *   x: Uint16Array.of(0, 1, 1, 0),
 *   y: Uint16Array.of(0, 0, 0, 0),
 *   p: Uint8Array.of(0, 1, 0, 0),
 * };
 * const frames = eventsToFrames(events, { timeSteps: 2, width: 2, height: 1 });
 * assertEquals(frames.shape, [2, 2, 1, 2]);
 * assertEquals([...frames.dataSync()], [1, 0, 0, 1, 1, 1, 0, 0]);
 * ```
 */
export function eventsToFrames(events: Events, options: FrameOptions): Tensor {
  const action = "make frames of events";
  checkOptions(action, options, ["timeSteps", "width", "height", "polarities", "splitBy"]);
  const timeSteps = takeCount(action, "timeSteps", options.timeSteps);
  const width = takeCount(action, "width", options.width);
  const height = takeCount(action, "height", options.height);
  const polarities = takeCount(action, "polarities", options.polarities ?? 2);
  const splitBy = takeOneOf(action, "splitBy", options.splitBy ?? "time", ["time", "number"]);
  const shape = [timeSteps, polarities, height, width];
  checkSize(shape, "eventsToFrames");
  if (!isRecord(events)) refuse(action, "events", events, "a record { t, x, y, p }");
  checkOptions(action, events, ["t", "x", "y", "p"], "list");
  const [t, x, y] = (["t", "x", "y"] as const).map((name) => takeEvents(action, name, events));
  const p = events.p === undefined || polarities === 1
    ? undefined
    : takeEvents(action, "p", events);
  for (const [name, list] of Object.entries({ x, y, p })) {
    if (list !== undefined && list.length !== t.length) {
      fail(action, `there are ${t.length} t and ${list.length} ${name}, expected as many`);
    }
  }
  const frameOf = frames(action, t, timeSteps, splitBy);
  const counts = new Float32Array(timeSteps * polarities * height * width);
  const within = (name: string, values: ArrayLike<number>, i: number, extent: number): number => {
    const value = values[i];
    if (Number.isInteger(value) && value >= 0 && value < extent) return value;
    return refuse(action, `${name}[${i}]`, value, `an integer from 0 to ${extent - 1}`, RangeError);
  };
  for (let i = 0; i < t.length; i++) {
    const channel = p === undefined ? 0 : within("p", p, i, polarities);
    const row = (frameOf(i) * polarities + channel) * height + within("y", y, i, height);
    counts[row * width + within("x", x, i, width)]++;
  }
  return tensor(counts, shape);
}

/** One list of the events, as numbers. */
function takeEvents(action: string, name: keyof Events, events: Events): ArrayLike<number> {
  const list: unknown = events[name];
  if (list instanceof Tensor) return list.dataSync();
  if (list instanceof BigInt64Array || list instanceof BigUint64Array) {
    return Float64Array.from(list, Number);
  }
  if (isVector(list)) {
    const numbers = list as unknown as ArrayLike<number>;
    const wrong = Array.isArray(list) ? list.findIndex((v) => typeof v !== "number") : -1;
    if (wrong >= 0) fail(action, `${name}[${wrong}] is ${describe(numbers[wrong])}, no number`);
    return numbers;
  }
  return refuse(action, name, list, "a typed array, an array or a tensor of numbers");
}

/** Returns the function from an event to its frame. */
function frames(
  action: string,
  t: ArrayLike<number>,
  count: number,
  splitBy: "time" | "number",
): (event: number) => number {
  const { length } = t;
  if (splitBy === "number") {
    const share = Math.floor(length / count);
    // Of fewer events than frames all are the rest.
    return (i) => share === 0 ? count - 1 : Math.min(count - 1, Math.floor(i / share));
  }
  let [first, last] = [Infinity, -Infinity];
  for (let i = 0; i < length; i++) {
    if (!Number.isFinite(t[i])) refuse(action, `t[${i}]`, t[i], "a finite time", RangeError);
    first = Math.min(first, t[i]);
    last = Math.max(last, t[i]);
  }
  // Times in seconds, which span less than a unit per frame, are not rounded.
  const span = Math.floor((last - first) / count) || (last - first) / count || 1;
  return (i) => Math.min(count - 1, Math.floor((t[i] - first) / span));
}
