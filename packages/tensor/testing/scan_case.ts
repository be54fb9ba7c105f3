import type { ScanArgs, ScanCotangents, ScanKernel, ScanWants } from "../backend.ts";
import type { TestRandom } from "./random.ts";

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
  readonly pops: number;
  /** 0 for no lateral connection. */
  readonly group: number;
}

/** A random case of these extents: inputs of a random size, so that spikes are rare or frequent. */
export function scanCase(kernel: ScanKernel, extents: ScanExtents, random: TestRandom): ScanCase {
  const { steps, batch, pops, group } = extents;
  const units = pops * Math.max(1, group);
  const size = batch * units;
  const scale = random.pick([0.1, 0.5, 1, 4]);
  const maybe = <T>(value: T) => random.next() < 0.5 ? value : undefined;
  const lateral = group > 0;
  return {
    kernel,
    args: {
      steps,
      batch,
      units,
      group,
      x: random.array(steps * size, scale),
      noise: kernel.noise.map(() => random.array(steps * size)),
      state: kernel.states.map(() => random.array(size, scale)),
      lateral: lateral ? random.array(size, 0.1) : undefined,
      weight: lateral ? random.array(units * group, 1 / Math.sqrt(group)) : undefined,
      bias: lateral ? random.array(units, 0.3) : undefined,
      params: kernel.params.map(() =>
        random.pick<() => number | Float32Array>([
          () => random.next(),
          () => random.array(1),
          () => random.array(units),
        ])()
      ),
    },
    cotangents: {
      out: maybe(random.array(steps * size)),
      state: kernel.states.map(() => maybe(random.array(size))),
      lateral: lateral ? maybe(random.array(size)) : undefined,
    },
    wants: {
      weights: lateral && random.next() < 0.7,
      params: kernel.params.map(() => random.pick(["sum", "rows", "none"] as const)),
    },
    trace: random.pick([[], [], kernel.states.map((_, i) => i)]),
    title: `${kernel.name} ${JSON.stringify(extents)}`,
  };
}
