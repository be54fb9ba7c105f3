import type { ScanArgs, ScanCotangents, ScanKernel, ScanWants, Storage } from "@spikeloop/backend";
import { choice } from "./random.ts";

/** A scan to run on two backends. */
export interface ScanCase {
  readonly kernel: ScanKernel;
  readonly args: ScanArgs;
  readonly cotangents: ScanCotangents;
  readonly wants: ScanWants;
  readonly trace: readonly number[];
  /** For messages. */
  readonly title: string;
}

/** Extents of a scan. */
export interface ScanExtents {
  readonly steps: number;
  readonly batch: number;
  readonly groups: number;
  /** 0 for no lateral connection. */
  readonly group: number;
  /** The steps that outputs take to arrive; 1 if missing. */
  readonly delay?: number;
}

/** A random case of these extents: inputs of a random size, so that spikes are rare or frequent. */
export function scanCase(kernel: ScanKernel, extents: ScanExtents, random: () => number): ScanCase {
  const { steps, batch, groups, group, delay = 1 } = extents;
  const units = groups * Math.max(1, group);
  const size = batch * units;
  const scale = choice(random, [0.1, 0.5, 1, 4]);
  const maybe = <T>(value: T) => random() < 0.5 ? value : undefined;
  const lateral = group > 0;
  return {
    kernel,
    args: {
      steps,
      batch,
      units,
      group,
      delay,
      x: symmetric(random, steps * size, scale),
      noise: kernel.noise.map(() => symmetric(random, steps * size)),
      state: kernel.states.map(() => symmetric(random, size, scale)),
      lateral: lateral ? symmetric(random, delay * size, 0.1) : undefined,
      weight: lateral ? symmetric(random, units * group, 1 / Math.sqrt(group)) : undefined,
      bias: lateral ? symmetric(random, units, 0.3) : undefined,
      params: kernel.params.map(() =>
        choice<() => number | Float32Array>(random, [
          () => random(),
          () => symmetric(random, 1),
          () => symmetric(random, units),
        ])()
      ),
    },
    cotangents: {
      out: maybe(symmetric(random, steps * size)),
      state: kernel.states.map(() => maybe(symmetric(random, size))),
      lateral: lateral ? maybe(symmetric(random, delay * size)) : undefined,
    },
    wants: {
      weights: lateral && random() < 0.7,
      params: kernel.params.map(() => choice(random, ["sum", "rows", "none"] as const)),
    },
    trace: choice(random, [[], [], kernel.states.map((_, i) => i)]),
    title: `${kernel.name} ${JSON.stringify(extents)}`,
  };
}

/** Uniform in [-scale, scale). */
export function symmetric(random: () => number, length: number, scale = 1): Float32Array {
  const numbers = new Float32Array(length);
  for (let i = 0; i < length; i++) numbers[i] = (2 * random() - 1) * scale;
  return numbers;
}

/** From a storage to another one, usually with the same numbers on another backend. */
export type StorageMap = (storage: Storage) => Storage;

/** The arguments of a scan with other storage. */
export function mapArgs(args: ScanArgs, map: StorageMap): ScanArgs {
  return {
    ...args,
    x: map(args.x),
    noise: args.noise.map(map),
    state: args.state.map(map),
    lateral: args.lateral && map(args.lateral),
    weight: args.weight && map(args.weight),
    bias: args.bias && map(args.bias),
    params: args.params.map((p) => typeof p === "number" ? p : map(p)),
  };
}

/** The cotangents of a scan with other storage. */
export function mapCotangents(
  { out, state, lateral }: ScanCotangents,
  map: StorageMap,
): ScanCotangents {
  return {
    out: out && map(out),
    state: state.map((s) => s && map(s)),
    lateral: lateral && map(lateral),
  };
}
