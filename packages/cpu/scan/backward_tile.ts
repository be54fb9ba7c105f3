// A tile of a pullback: rows that are copied in together, and go through time slab by slab, forth and back.
import {
  gradientRows,
  hostArray,
  type ScanArgs,
  type ScanCotangents,
  type ScanWants,
} from "@spikeloop/backend";
import type { BackwardPlan } from "./backward_layout.ts";
import { copyRows, copySequence, type SequencePlace } from "./copy.ts";

/** One call of `scanBackward`. */
export interface Call {
  readonly plan: BackwardPlan;
  readonly floats: Float32Array;
  readonly args: ScanArgs;
  readonly cotangents: ScanCotangents;
  readonly wants: ScanWants;
}

/** What is filled tile by tile: [N, D] each, where several tiles make it. */
export interface Filled {
  readonly state: readonly Float32Array[];
  readonly params: readonly (Float32Array | undefined)[];
}

/** Points the arguments at the cotangent of the last lateral current, where there is one. */
export function aimAtLast(
  { key, compiled, back, gLast }: BackwardPlan,
  { lateral }: ScanCotangents,
): void {
  const hasLast = key.group > 0 && lateral !== undefined;
  // The last step's state is wanted for nothing, its output only if the current it sends has a cotangent.
  back.last = hasLast || compiled.isKept ? 0 : 1;
  back.gLast = hasLast ? gLast : 0;
}

/**
 * Copies a tile's rows in, takes its slabs through time, forth and back, and copies their gradients out. Long sequences
 * go in parts: forth once, leaving the state before each part; then forth and back, part by part, the last one first.
 */
export function runTile(
  call: Call,
  row: number,
  rows: number,
  filled: Filled,
  gx: Float32Array | undefined,
): void {
  const { plan, floats, args } = call;
  const { partSteps } = plan;
  const { steps, batch, units } = args;
  const last = Math.ceil(steps / partSteps) - 1;
  const placeOf = (part: number): SequencePlace => {
    const start = part * partSteps;
    const length = Math.min(partSteps, steps - start);
    return { start, steps: length, batch, units, row, rows, stride: plan.back.xStride };
  };
  loadRows(call, row, rows);
  for (let part = 0; part < last; part++) runForth(call, placeOf(part), part);
  for (let part = last; part >= 0; part--) {
    const place = placeOf(part);
    if (last > 0) aimAtPart(call, place, part);
    loadInputs(call, place);
    if (call.cotangents.out) {
      copySequence(floats, plan.gOut, hostArray(call.cotangents.out), place, true);
    }
    runSlabs(plan, row, rows, part === 0);
    if (gx) copySequence(floats, plan.gx, gx, place, false);
  }
  storeRows(call, row, rows, filled);
}

/** Copies what is not a sequence: states, the lateral current, and their cotangents. */
function loadRows({ plan, floats, args, cotangents }: Call, row: number, rows: number): void {
  const { back, compiled: { wanted, sums } } = plan;
  const { units, state, lateral } = args;
  const [first, count] = [row * units, rows * units];
  for (let i = 0; i < state.length; i++) {
    copyRows(floats, plan.state + i * back.slab, state[i], first, count);
    copyRows(floats, plan.gState + i * back.slab, cotangents.state[i], first, count);
  }
  if (lateral) copyRows(floats, plan.lateral, lateral, first, count);
  aimAtLast(plan, cotangents);
  if (back.gLast !== 0) copyRows(floats, plan.gLast, cotangents.lateral, first, count);
  if (wanted.length > sums.length) {
    floats.fill(0, plan.gParams / 4, (plan.gParams + wanted.length * back.slab) / 4);
  }
}

function loadInputs({ plan, floats, args }: Call, place: SequencePlace): void {
  const { x, noise } = args;
  copySequence(floats, plan.x, hostArray(x), place, true);
  for (let i = 0; i < noise.length; i++) {
    copySequence(floats, plan.noise + i * plan.back.noiseSlab, hostArray(noise[i]), place, true);
  }
}

/** Takes a part's rows forth, and remembers the state before it. */
function runForth(call: Call, place: SequencePlace, part: number): void {
  const { plan: { back, compiled }, args: { units } } = call;
  moveStates(call, part, true);
  loadInputs(call, place);
  const { rows, steps } = place;
  compiled.run({
    ...back,
    steps,
    stateStride: 0,
    keptStride: 0,
    lateralStride: 0,
    last: 1,
    rows,
    bytes: 4 * rows * units,
  });
}

/** Copies states and lateral current to where they are remembered for a part, or from there. */
function moveStates({ plan, floats, args }: Call, part: number, isSaving: boolean): void {
  const { slab } = plan.back;
  const count = args.state.length;
  const at = plan.remembered + part * (count + 1) * slab;
  const move = (place: number, kept: number, bytes: number) => {
    const [to, from] = isSaving ? [kept, place] : [place, kept];
    floats.copyWithin(to / 4, from / 4, (from + bytes) / 4);
  };
  move(plan.state, at, count * slab);
  move(plan.lateral, at + count * slab, slab);
}

/** Points the arguments at a part, of which the last one comes first; that one's state is there already. */
function aimAtPart(call: Call, { start, steps }: SequencePlace, part: number): void {
  const { plan, floats } = call;
  const { back, key } = plan;
  back.steps = steps;
  if (start + steps === key.steps) return;
  moveStates(call, part, false);
  back.last = 0;
  if (key.group === 0) return;
  // The current that a part's last output sends arrives at the step that was pulled back before.
  back.gLast = plan.gLast;
  floats.copyWithin(plan.gLast / 4, plan.gx / 4, (plan.gx + back.slab) / 4);
}

function runSlabs(plan: BackwardPlan, row: number, rows: number, isFirstPart: boolean): void {
  const { back, compiled, slabRows, key: { batch } } = plan;
  for (let at = 0; at < rows; at += slabRows) {
    if (slabRows < batch) aimAtSlab(plan, row, at, Math.min(slabRows, rows - at));
    compiled.back(back);
    const end = row + at + back.rows;
    if (isFirstPart && (end % gradientRows === 0 || end === batch)) closeSums(plan);
  }
}

/** Points the arguments at the slab whose first row is the `at`-th of the tile that starts with `row`. */
function aimAtSlab(plan: BackwardPlan, row: number, at: number, rows: number): void {
  const { back, key: { units } } = plan;
  const offset = 4 * at * units;
  back.x = plan.x + offset;
  back.noise = plan.noise + offset;
  back.gOut = plan.gOut + offset;
  back.gx = plan.gx + (plan.isOnePiece ? 4 * row * units : 0) + offset;
  back.state = plan.state + offset;
  back.lateral = plan.lateral + offset;
  back.gState = plan.gState + offset;
  back.gParams = plan.gParams + offset;
  if (back.gLast !== 0) back.gLast = plan.gLast + offset;
  back.rows = rows;
  back.bytes = 4 * rows * units;
}

/** Ends the sums of 64 rows. */
function closeSums({ compiled, sums, sets, back }: BackwardPlan): void {
  compiled.merge?.(sets.at, sets.to, back.pops);
  if (sums.total !== sums.part) compiled.flush(sums.total, sums.part, sums.bytes);
}

/** Copies what is not a sequence out, where several tiles make it. */
function storeRows(
  { plan, floats, args, wants }: Call,
  row: number,
  rows: number,
  filled: Filled,
): void {
  const { back: { slab }, compiled: { wanted } } = plan;
  const copyOut = (to: Float32Array | undefined, at: number) =>
    to?.set(floats.subarray(at / 4, at / 4 + rows * args.units), row * args.units);
  for (let i = 0; i < filled.state.length; i++) copyOut(filled.state[i], plan.gState + i * slab);
  for (let slot = 0; slot < wanted.length; slot++) {
    const i = wanted[slot];
    if (wants.params[i] === "rows") copyOut(filled.params[i], plan.gParams + slot * slab);
  }
}
