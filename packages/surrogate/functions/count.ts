import { fail, isRecord, takeList, takeNumber } from "@spikeloop/errors";
import { greaterEqual, lessEqual, mul, round } from "@spikeloop/expr";
import { type SurrogateFactory, surrogateFactory } from "../define.ts";
import { clamp } from "../pieces.ts";
import type { Surrogate } from "../surrogate.ts";

/** The options of {@linkcode multiLevelSpikeCount}. */
export interface MultiLevelSpikeCountOptions {
  /** The largest count, an integer >= 1. It has no default. */
  readonly maxSpikeCount: number;
  /** The window in which the gradient passes, both ends included; [0, maxSpikeCount] by default. */
  readonly gradWindow?: readonly [number, number];
  /** The lower end of the window alone, 0 by default. */
  readonly gradMin?: number;
  /** The upper end of the window alone, `maxSpikeCount` by default. */
  readonly gradMax?: number;
  /** False uses the primitive as the forward pass. */
  readonly spiking?: boolean;
}

const action = 'make surrogate "multiLevelSpikeCount"';

const countUpTo: SurrogateFactory<"maxSpikeCount" | "gradMin" | "gradMax"> =
  /* @__PURE__ */ surrogateFactory({
    name: "multiLevelSpikeCount",
    params: {
      // Up to 2^24 every integer is a float32.
      maxSpikeCount: { min: 1, max: 16_777_216, integer: true },
      gradMin: { default: 0 },
      gradMax: { default: (p) => p.maxSpikeCount },
    },
    fires: "count",
    forward: (u, _noise, { maxSpikeCount }) => round(clamp(u, 0, maxSpikeCount)),
    slope: (u, { gradMin, gradMax }) => mul(greaterEqual(u, gradMin), lessEqual(u, gradMax)),
    primitive: (u, { maxSpikeCount }) => clamp(u, 0, maxSpikeCount),
  });

/**
 * S = round(h(u)), half to even,   h(u) = min(max(u, 0), maxSpikeCount)
 *
 * h'(u) = 1 for lo <= u <= hi, else 0
 *
 * `maxSpikeCount` is an integer >= 1, without a default. `gradWindow` is [lo, hi], by default
 * [0, maxSpikeCount]; the surrogate's `params` hold it as `gradMin` and `gradMax`. A unit fires a
 * count from 0 to `maxSpikeCount`.
 *
 * Source: SpikingJelly's `MultiLevelSpikeCount`.
 *
 * @throws {TypeError} if a parameter is unknown, missing or of the wrong kind.
 * @throws {RangeError} if `maxSpikeCount` is not an integer >= 1, or lo > hi.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { multiLevelSpikeCount, slopeAt } from "@spikeloop/surrogate";
 *
 * const s = multiLevelSpikeCount({ maxSpikeCount: 4, gradWindow: [-0.5, 4.5] });
 * assertEquals(slopeAt(s, new Float32Array([4.25]))[0], 1);
 * ```
 */
export function multiLevelSpikeCount(options: MultiLevelSpikeCountOptions): Surrogate {
  // The factory refuses anything but a record, and says why.
  if (!isRecord(options)) return countUpTo(options);
  const { gradWindow, ...rest } = options;
  if (gradWindow === undefined || gradWindow === null) return takeOrdered(countUpTo(rest));
  const [gradMin, gradMax] = takeList(action, "gradWindow", gradWindow, takeNumber, 2);
  if (rest.gradMin !== undefined || rest.gradMax !== undefined) {
    fail(action, "got gradWindow beside gradMin or gradMax, expected one of the two ways");
  }
  return takeOrdered(countUpTo({ ...rest, gradMin, gradMax }));
}

/** Checks that the window of a surrogate has its ends in order. */
function takeOrdered(s: Surrogate): Surrogate {
  const { gradMin, gradMax } = s.params;
  if (gradMin <= gradMax) return s;
  const expected = "expected lowest <= highest";
  return fail(action, `gradWindow is [${gradMin}, ${gradMax}], ${expected}`, RangeError);
}
