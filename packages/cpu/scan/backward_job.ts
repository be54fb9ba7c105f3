// The jobs of a pullback: which steps and rows each takes, and the numbers that it reads.
import type { BackwardPlan, Job } from "./backward_plan.ts";
import type { PullbackArgs } from "./pullback_args.ts";
import { copyRows, loadSequence, loadSequences, loadStates } from "./copy.ts";
import { backwardBlock } from "./kernels/loops.ts";
import { argumentsIn } from "./memory.ts";

const field = backwardBlock.index;

/** Saves states and lateral currents before a part, or brings them back. */
function moveStates(floats: Float32Array, plan: BackwardPlan, { part, isForward }: Job): void {
  const { state, lateral } = plan.args;
  const { start, stateBytes, lateralBytes } = plan.partStates;
  const store = start + part * (stateBytes + lateralBytes);
  const move = (at: number, store: number, bytes: number) => {
    const [to, from] = isForward ? [store, at] : [at, store];
    floats.copyWithin(to / 4, from / 4, (from + bytes) / 4);
  };
  move(state, store, stateBytes);
  move(lateral, store + stateBytes, lateralBytes);
}

/** Writes what a job reads, and returns the kernel that does it. */
export function loadJob(
  floats: Float32Array,
  plan: BackwardPlan,
  { args, cotangents }: PullbackArgs,
  job: Job,
): "forward" | "backward" {
  const { args: at, code, zeros } = plan;
  const { isFirst, isForward, part, region } = job;
  const { steps, rows, size, first, count } = region;
  const isLastPart = part === plan.parts - 1;
  const gLast = at.gx + steps * at.xStride;
  if (isFirst) {
    if (!code.finds) loadStates(floats, args, at, region);
    // Sums are those of a job where jobs are shared; else they go on from job to job.
    const end = plan.isShared || plan.isOneJob ? zeros.end : at.part;
    floats.fill(0, zeros.start / 4, end / 4);
    for (let i = 0; i < args.state.length; i++) {
      const cotangent = cotangents.state[i];
      if (cotangent) copyRows(floats, at.gState + i * at.arrayStride, cotangent, first, count);
    }
    const gParamsEnd = at.gParams + code.paramSlots.length * at.arrayStride;
    if (code.paramSlots.length > code.sums.length) floats.fill(0, at.gParams / 4, gParamsEnd / 4);
  }
  if (part > 0 && (isForward || isLastPart)) {
    // The part before it ran forward, and left the currents behind those of its steps.
    const start = (at.lateral + plan.tile.steps * at.lateralStride) / 4;
    floats.copyWithin(at.lateral / 4, start, start + args.delay * at.lateralStride / 4);
  }
  if (isForward || !isLastPart) moveStates(floats, plan, job);
  if (!isForward && !isLastPart) {
    // The first steps of the part after it are those that its last outputs reached.
    floats.copyWithin(gLast / 4, at.gx / 4, (at.gx + at.gAhead) / 4);
  }
  const isSent = cotangents.lateral !== undefined || args.delay > 1;
  for (let i = 0; isLastPart && isSent && i < args.delay; i++) {
    copyRows(floats, gLast + i * at.xStride, cotangents.lateral, i * size + first, count);
  }
  if (!code.finds) loadSequences(floats, args, at, region);
  if (cotangents.out === undefined) floats.fill(0, at.gx / 4, gLast / 4);
  else if (!isForward) loadSequence(floats, at.gx, cotangents.out, region);
  const hasLast = !isLastPart || cotangents.lateral !== undefined;
  const block = argumentsIn(floats, plan.words);
  block[field.steps] = steps;
  block[field.lastStep] = code.last && isLastPart ? steps : 0;
  block[field.sendSteps] = isForward ? steps : steps - 1;
  // The last step's state is read by nothing, and its output only if the current that it sends has
  // a cotangent.
  const needsLast = isForward || hasLast || code.keepsValue;
  block[field.forwardSteps] = needsLast ? steps : steps - 1;
  block[field.tileRows] = rows;
  block[field.row] = region.row;
  block[field.closes] = part === 0 ? 1 : 0;
  block[field.hasLast] = hasLast ? 1 : 0;
  if (!isForward) return "backward";
  block[field.stateStride] = 0;
  return "forward";
}
