import { greaterEqual, lessEqual, mul, round } from "@spikeloop/expr";
import { defineSurrogate, type SurrogateFactory } from "../define.ts";
import { clamp } from "../pieces.ts";
import type { Surrogate } from "../surrogate.ts";

/** The record that {@linkcode multiLevelSpikeCount} takes. */
export interface MultiLevelSpikeCountOptions {
  /** The largest count, an integer >= 1. It has no default. */
  readonly maxSpikeCount: number;
  /** Where the gradient passes, both ends included; [0, maxSpikeCount] by default. */
  readonly gradWindow?: readonly [number, number];
  /** The lower end alone, 0 by default. */
  readonly gradMin?: number;
  /** The upper end alone, `maxSpikeCount` by default. */
  readonly gradMax?: number;
  /** False puts the primitive into the forward pass. */
  readonly spiking?: boolean;
}

const countUpTo: SurrogateFactory<"maxSpikeCount" | "gradMin" | "gradMax"> =
  /* @__PURE__ */ defineSurrogate({
    name: "multiLevelSpikeCount",
    params: {
      // Up to 2^24 every integer is a float32.
      maxSpikeCount: { atLeast: 1, atMost: 16_777_216, integer: true },
      gradMin: { default: 0 },
      gradMax: { default: (p) => p.maxSpikeCount },
    },
    fires: "count",
    forward: (u, _noise, { maxSpikeCount }) => round(clamp(u, 0, maxSpikeCount)),
    slope: (u, { gradMin, gradMax }) => mul(greaterEqual(u, gradMin), lessEqual(u, gradMax)),
    primitive: (u, { maxSpikeCount }) => clamp(u, 0, maxSpikeCount),
  });

/**
 * S = round(h(u)), half to even,   h'(u) = 1 for lo <= u <= hi, else 0,   h(u) = u kept within [0,
 * maxSpikeCount]
 *
 * `maxSpikeCount` is an integer >= 1, without a default; `gradWindow` is [lo, hi], [0,
 * maxSpikeCount] by default, and becomes `gradMin` and `gradMax` among the surrogate's `params`.
 * What fires is a count from 0 to `maxSpikeCount`. SpikingJelly's `MultiLevelSpikeCount`, where it
 * comes from.
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
  // Anything else than a record is refused there, with what is wrong about it.
  if (typeof options !== "object" || options === null) return countUpTo(options);
  const { gradWindow, ...rest } = options;
  if (gradWindow === undefined || gradWindow === null) return ordered(countUpTo(rest));
  const isPair = Array.isArray(gradWindow) && gradWindow.length === 2 &&
    gradWindow.every((x) => typeof x === "number");
  if (!isPair) {
    throw new TypeError(
      problem(`gradWindow is ${String(gradWindow)}, expected two numbers [lowest, highest]`),
    );
  }
  if (rest.gradMin !== undefined || rest.gradMax !== undefined) {
    throw new TypeError(
      problem("got gradWindow beside gradMin or gradMax, expected one of the two ways"),
    );
  }
  return ordered(countUpTo({ ...rest, gradMin: gradWindow[0], gradMax: gradWindow[1] }));
}

function ordered(s: Surrogate): Surrogate {
  const { gradMin, gradMax } = s.params;
  if (gradMin <= gradMax) return s;
  throw new RangeError(
    problem(`gradWindow is [${gradMin}, ${gradMax}], expected lowest <= highest`),
  );
}

function problem(text: string): string {
  return `Cannot make surrogate "multiLevelSpikeCount": ${text}`;
}
