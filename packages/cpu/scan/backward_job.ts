// The jobs of a pullback: which steps and rows each takes, and the numbers that it reads.
import type { ScanArgs, Storage } from "@spikeloop/backend";
import { asSource } from "../source.ts";
import type { KernelCall } from "../threads/executable.ts";
import type { BackwardPlan } from "./backward_plan.ts";
import type { PullbackArgs } from "./pullback_args.ts";
import { copyRows, copySequence, placeOf, placeParams, type SequencePlace } from "./copy.ts";
import { backwardBlock } from "./kernels/loops.ts";
import { argumentsIn } from "./memory.ts";

const field = backwardBlock.index;

/** Some steps of a tile: forward alone, before those of a later part; or forward and back. */
export interface Job {
  readonly isFirst: boolean;
  readonly isForward: boolean;
  readonly part: number;
  readonly place: SequencePlace;
}

/** The jobs of a tile are all its parts but the last forward, then all of them back. */
export function jobOf(plan: BackwardPlan, args: ScanArgs, index: number): Job {
  const { tile, parts } = plan;
  const phases = 2 * parts - 1;
  const phase = index % phases;
  const isForward = phase < parts - 1;
  const part = isForward ? phase : phases - 1 - phase;
  const row = Math.floor(index / phases) * tile.rows;
  const place = placeOf(args, tile, row, part * tile.steps);
  return { isFirst: phase === 0, isForward, part, place };
}

/** Writes numbers that all jobs read. */
export function writeConstants(floats: Float32Array, plan: BackwardPlan, args: ScanArgs): void {
  const { args: at, slabRows, zeros } = plan;
  floats.fill(0, zeros.start / 4, zeros.end / 4);
  placeParams(floats, args, at);
  if (at.groups > 0) {
    floats.fill(-0, at.nothing / 4, at.nothing / 4 + slabRows * at.unitBytes / 4);
  }
}

/** Rows of a tile without a gap between them, and how far from its start. */
interface Piece extends SequencePlace {
  readonly offset: number;
}

export function piecesOf(
  { args: at, tile, pieceRows, slabRows }: BackwardPlan,
  args: ScanArgs,
  { row, rows, start }: SequencePlace,
): Piece[] {
  const pieces: Piece[] = [];
  for (let i = 0; i < rows; i += pieceRows) {
    const piece = placeOf(args, { ...tile, rows: pieceRows }, row + i, start);
    pieces.push({ ...piece, offset: i / slabRows * at.slabBytes });
  }
  return pieces;
}

/** Copies the states and lateral currents before the first step in, and cotangents of states. */
function loadRows(
  floats: Float32Array,
  { args: at }: BackwardPlan,
  { args: { state, lateral, delay, batch, units }, cotangents }: PullbackArgs,
  { offset, first, count }: Piece,
): void {
  for (let i = 0; i < state.length; i++) {
    const from = offset + i * at.arrayStride;
    copyRows(floats, at.state + from, state[i], first, count);
    copyRows(floats, at.gState + from, cotangents.state[i], first, count);
  }
  for (let i = 0; lateral && i < delay; i++) {
    const to = at.lateral + i * at.lateralStride + offset;
    copyRows(floats, to, lateral, i * batch * units + first, count);
  }
}

/** Copies x, noise and the cotangents of outputs in. */
function loadSequences(
  floats: Float32Array,
  { args: at }: BackwardPlan,
  { args: { x, noise }, cotangents: { out } }: PullbackArgs,
  piece: Piece,
  isForward: boolean,
): void {
  const copyIn = (to: number, from: Storage) =>
    copySequence(floats, to + piece.offset, asSource(from), piece, true);
  copyIn(at.x, x);
  noise.forEach((from, i) => copyIn(at.noise + i * at.noiseStride, from));
  if (!isForward && out) copyIn(at.gx, out);
}

/** Saves states and lateral currents before a part, or brings them back. */
function moveStates(floats: Float32Array, plan: BackwardPlan, { part, isForward }: Job): void {
  const { state, lateral } = plan.args;
  const { start, stateBytes, lateralBytes } = plan.partStates;
  const store = start + part * (stateBytes + lateralBytes);
  const move = (place: number, store: number, bytes: number) => {
    const [to, from] = isForward ? [store, place] : [place, store];
    floats.copyWithin(to / 4, from / 4, (from + bytes) / 4);
  };
  move(state, store, stateBytes);
  move(lateral, store + stateBytes, lateralBytes);
}

/** Writes what a job reads, and returns its calls. */
export function loadJob(
  floats: Float32Array,
  plan: BackwardPlan,
  pullback: PullbackArgs,
  job: Job,
): readonly KernelCall[] {
  const { args, cotangents } = pullback;
  const { args: at, code, zeros } = plan;
  const { delay, batch, units } = args;
  const { isFirst, isForward, part, place } = job;
  const isLastPart = part === plan.parts - 1;
  const gLast = at.gx + place.steps * at.xStride;
  const pieces = piecesOf(plan, args, place);
  if (plan.isShared) floats.fill(0, zeros.start / 4, zeros.end / 4);
  if (isFirst) {
    for (const piece of pieces) loadRows(floats, plan, pullback, piece);
    if (code.paramSlots.length > code.sums.length) {
      const end = at.gParams + code.paramSlots.length * at.arrayStride;
      floats.fill(0, at.gParams / 4, end / 4);
    }
  }
  if (part > 0 && (isForward || isLastPart)) {
    // The part before it ran forward, and left the currents behind those of its steps.
    const start = (at.lateral + plan.tile.steps * at.lateralStride) / 4;
    floats.copyWithin(at.lateral / 4, start, start + delay * at.lateralStride / 4);
  }
  if (isForward || !isLastPart) moveStates(floats, plan, job);
  if (!isForward && !isLastPart) {
    // The first steps of the part after it are those that its last outputs reached.
    floats.copyWithin(gLast / 4, at.gx / 4, (at.gx + at.gAhead) / 4);
  }
  const isSent = cotangents.lateral !== undefined || delay > 1;
  for (const piece of pieces) {
    const { offset, first, count } = piece;
    for (let i = 0; isLastPart && isSent && i < delay; i++) {
      const to = gLast + i * at.xStride + offset;
      copyRows(floats, to, cotangents.lateral, i * batch * units + first, count);
    }
    loadSequences(floats, plan, pullback, piece, isForward);
  }
  const hasLast = !isLastPart || cotangents.lateral !== undefined;
  const block = argumentsIn(floats, plan.words);
  block[field.steps] = place.steps;
  block[field.lastStep] = code.last && isLastPart ? place.steps : 0;
  block[field.sendSteps] = isForward ? place.steps : place.steps - 1;
  // The last step's state is read by nothing, and its output only if the current that it sends has
  // a cotangent.
  const needsLast = isForward || hasLast || code.keepsValue;
  block[field.forwardSteps] = needsLast ? place.steps : place.steps - 1;
  block[field.remaining] = block[field.rows] = place.rows;
  block[field.row] = place.row;
  block[field.closes] = Number(part === 0);
  block[field.hasLast] = Number(hasLast);
  if (!isForward) return code.calls.backward;
  block[field.bytes] = place.rows * at.unitBytes;
  block[field.stateStride] = 0;
  return code.calls.run;
}
