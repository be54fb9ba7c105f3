import { chunkedGroup, memoized, type ScanArgs, type ScanKernel } from "@spikeloop/backend";
import { namedFunc } from "@spikeloop/expr/wasm";
import { Executable } from "../threads/executable.ts";
import { worthSharing } from "../threads/threads.ts";
import { copierOf, isPerUnit, regionOf, type TileExtents } from "./copy.ts";
import { groupingOf } from "./grouping.ts";
import { forward, type ForwardArgs, forwardBlock, run } from "./kernels/loops.ts";
import { send, sendParams } from "./kernels/send.ts";
import { groupsPerStrip, step } from "./kernels/step.ts";
import { stripBytes } from "./kernels/unit_arrays.ts";
import { alignedRows, scanMemory, slackBytes, TileLayout } from "./memory.ts";
import { plansOf } from "./plans.ts";
import { placeTables } from "./tables.ts";

/** About how many units go through time together: their state stays near the first-level cache. */
const slabUnits = 4096;

/** The numbers of x in each of several tiles: they stay in the second-level cache. */
const tileNumbers = 1 << 16;

/** The most numbers of x in a single tile: its results are written once, others zeroed first. */
const wholeNumbers = 1 << 19;

/** The fewest numbers of a time step in a tile: shorter copies cost more than they carry. */
const copiedNumbers = 16384;

/** At least so many tiles has a shared call: fewer leave a thread without work at the end. */
const jobsOf = (numbers: number) => Math.min(8, Math.max(2, Math.floor(numbers / tileNumbers)));

/** The most executables of a kernel. */
export const mostExecutables = 32;

/** The rows and steps of a tile of a call, which has all the steps where the call is shared. */
function forwardTile(
  steps: number,
  batch: number,
  units: number,
  isShared: boolean,
): readonly [rows: number, steps: number] {
  const numbers = steps * batch * units;
  if (!isShared && numbers <= wholeNumbers) return [batch, steps];
  const cached = tileNumbers / (steps * units);
  const most = isShared
    ? Math.min(cached, batch / jobsOf(numbers))
    : Math.max(cached, copiedNumbers / units);
  const rows = Math.min(batch, alignedRows(most, units));
  const stepsInCache = Math.max(1, Math.floor(tileNumbers / (rows * units)));
  return [rows, isShared ? steps : Math.min(steps, stepsInCache)];
}

/**
 * Whether a second thread may pay. Where lateral currents are looked up in tables, a step takes no
 * longer than the copies to another thread's cache and back, which this thread would have to make.
 * Nor does it pay where even a few rows are too large a tile.
 */
export function isScanShareable({ steps, batch, units, group }: ScanArgs): boolean {
  return group > chunkedGroup && steps * batch * units >= worthSharing &&
    steps * forwardTile(steps, batch, units, true)[0] * units <= wholeNumbers;
}

/**
 * A neuron's time loop, compiled for groups of so many units, whether it keeps states or the value
 * for the pullback, and whether each parameter is given per unit. States are written over those
 * before, or beside them if they are kept; the value for the pullback over x.
 */
const forwardExecutable = memoized(
  (kernel: ScanKernel, [group, keepsStates, keepsValue, ...uses]) => {
    const grouping = groupingOf(group, kernel.binary);
    const perUnit = uses.map((use) => use === 1);
    const inPlace = keepsStates === 0;
    const sends = inPlace && groupsPerStrip(grouping) > 0;
    const keptValue = keepsValue === 1 ? kernel.kept : undefined;
    const functions = [
      step(kernel, { perUnit, grouping, out: true, inPlace, keptValue, sends }),
      sends ? namedFunc("send", sendParams).fn : send(grouping),
      run(),
      forward(),
    ];
    return { executable: new Executable(functions, scanMemory().memory) };
  },
  mostExecutables,
);

function planForward(kernel: ScanKernel, numbers: readonly number[]) {
  const [allSteps, batch, units, group, delay, start, form, ...uses] = numbers;
  const isTraced = form & 1;
  const [rows, steps] = forwardTile(allSteps, batch, units, (form & 2) > 0);
  const size = rows * units;
  const isOneSlab = size <= slabUnits;
  const slabRows = isOneSlab ? rows : Math.min(rows, alignedRows(slabUnits / units, units));
  const stripGroups = isTraced ? 0 : groupsPerStrip(groupingOf(group, kernel.binary));
  /** Units that a strip of the loop takes. */
  const inStrip = stripGroups > 0 ? stripGroups * group : stripBytes / 4;
  const isGapless = size % inStrip === 0;
  const isWhole = rows === batch && steps === allSteps;
  /** Keeps a value per step for the pullback. */
  const keepsValue = kernel.kept !== undefined && kernel.binary && isWhole && isGapless &&
    size % 16 === 0 && delay === 1;
  const code = forwardExecutable(kernel, [group, isTraced, Number(keepsValue), ...uses]);
  // A slab's last strip writes past its end. Nothing else may lie there: where outputs take the
  // place of x, time steps are apart.
  const stride = isOneSlab || isGapless ? 4 * size : Math.ceil(size / 16) * 64 + slackBytes;
  const sequence = steps * stride;
  const layout = new TileLayout(start);
  const arrayStride = Math.ceil(Math.ceil(size / inStrip) * inStrip / 16) * 64;
  const stateBytes = kernel.states.length * arrayStride;
  // A step writes the current that it sends over the one that it read, if that arrives next.
  const lateralStride = delay === 1 ? 0 : arrayStride;
  const x = keepsValue ? 0 : layout.place(sequence);
  const slack = isGapless ? 0 : slackBytes; // what whole strips touch past an array's end
  const args = {
    forwardSteps: steps,
    sendSteps: steps,
    x,
    xStride: stride,
    // The results of a single slab lie together, so that one copy takes them all.
    out: isOneSlab || keepsValue ? layout.place(sequence, slack) : x,
    outStride: stride,
    state: layout.place(stateBytes * (isTraced ? steps + 1 : 1), slack),
    stateStride: isTraced ? stateBytes : 0,
    arrayStride,
    lateral: layout.place(arrayStride + (steps + delay - 1) * lateralStride),
    lateralStride,
    sendOffset: delay * lateralStride,
    noise: layout.place(kernel.noise.length * sequence),
    noiseStride: sequence,
    params: layout.place(kernel.params.length * arrayStride),
    bits: layout.place(arrayStride / 32),
    list: layout.place(4 * group),
    groups: group === 0 ? 0 : units / group,
    tileRows: rows,
    slabRows,
    slabBytes: 4 * slabRows * units,
    unitBytes: 4 * units,
  } satisfies Partial<ForwardArgs>;
  scanMemory().reserve(layout.end);
  /** One tile is all there is, without gaps, and its results are copied together. */
  const isOneTile = isWhole && stride === 4 * size && !isTraced &&
    (delay === 1 || arrayStride === 4 * size);
  const copyResults = copierOf([
    ...kernel.states.map((_, i) => [args.state + i * arrayStride, size] as const),
    [args.out, steps * size],
    ...(group > 0 ? [[args.lateral + steps * lateralStride, delay * size] as const] : []),
  ]);
  const words = forwardBlock.words(args);
  const tile: TileExtents = { rows, steps, stride };
  const tilesOfTime = Math.ceil(allSteps / steps);
  const jobs = Math.ceil(batch / rows) * tilesOfTime;
  const regionAt = (job: number) => {
    const row = Math.floor(job / tilesOfTime) * rows;
    return regionOf({ steps: allSteps, batch, units }, tile, row, job % tilesOfTime * steps);
  };
  const regions = { jobs, regionAt, whole: regionAt(0) };
  const { end } = layout;
  return { code, tile, ...regions, keepsValue, isOneTile, copyResults, args, words, end };
}

/** How scans of the same extents run: the executable, and where the arrays of a tile lie. */
export type ForwardPlan = ReturnType<typeof planForward>;

const { index } = forwardBlock;

const forwardPlans = plansOf(
  1,
  planForward,
  ({ units }, params: ScanArgs["params"]) => params.map((p) => isPerUnit(p, units)),
);

/**
 * The plan of a scan, its tables in place, and room for what it keeps for the pullback.
 *
 * @param form The sum of 1 where states are traced, and 2 where rows are shared out.
 */
export function forwardPlan(kernel: ScanKernel, args: ScanArgs, form: number): ForwardPlan {
  const { x, params, forPullback } = args;
  const { table } = placeTables(kernel.binary, args);
  const plan = forwardPlans(kernel, args, form, params);
  const { words } = plan;
  if (words[index.table] !== table) {
    words[index.table] = table;
    scanMemory().writeArguments(words);
  }
  if (plan.keepsValue && forPullback) {
    plan.args.x = words[index.x] = forPullback.keep(4 * x.length);
  }
  return plan;
}
