// The inputs and the work of the shader of a scan's pullback, and the segments of long sequences.
import type { ScanPullback } from "@spikeloop/backend";
import type { Expr } from "@spikeloop/expr";
import type { PartialSums } from "./partial_sums.ts";
import { exchangedNumbers, type ScanLayout } from "./scan_layout.ts";

/** The indices of the optional inputs of the backward pass; -1 where there is none. */
export interface BackwardInputs {
  readonly gOut: number;
  readonly gStates: readonly number[];
  readonly gLateral: number;
  /** The kept values that the forward pass left; undefined if they are computed again. */
  readonly left: readonly number[] | undefined;
}

/** The work of a backward pass. */
export interface BackwardWork {
  /** The pullbacks of all steps but the last, and of the last. */
  readonly pullbacks: readonly [ScanPullback, ScanPullback];
  /** The values of each step that it keeps. */
  readonly kept: readonly Expr[];
  /** The states whose gradients are wanted: all or none. */
  readonly states: readonly number[];
  /** The parameters whose gradients are wanted per row of the batch, and summed. */
  readonly rows: readonly number[];
  readonly summed: readonly number[];
  /** Whether the gradients of weight and bias are summed. */
  readonly weights: boolean;
  readonly sums: PartialSums | undefined;
}

/** How a sequence is cut. */
export interface Segments {
  /** The steps whose kept values fit the workgroup memory. */
  readonly segment: number;
  /** Whether there are several segments, with checkpoints between them. */
  readonly checkpoints: boolean;
}

/** The roots of both pullbacks, and where weights are summed, the output. */
export function backwardRoots(
  pullbacks: readonly ScanPullback[],
  params: readonly number[],
  out: readonly Expr[],
): Expr[] {
  const wanted = pullbacks.flatMap((p) => [p.x, ...p.states, ...params.map((i) => p.params[i])]);
  return [...wanted.filter((root) => root !== undefined), ...out];
}

/**
 * The most weights, and gradients of weights, that a thread holds in registers all the time. With
 * more it loads the weights of one direction before it goes that way.
 */
const registerWeights = 32;

/** Whether the weights of both directions, and their gradients, stay in registers. */
export function holdsWeights(
  { weights }: Pick<BackwardWork, "weights">,
  group: number,
  walksForward: boolean,
): boolean {
  return group * (1 + Number(walksForward) + Number(weights)) <= registerWeights;
}

/** The bytes of workgroup memory that every device has. */
const workgroupBytes = 16384;

/** The lengths of segments of short sequences, so that these share a shader, and memory is left. */
const shortSegments = [8, 16];

/** The steps whose kept values fit the workgroup memory. */
export function segmentOf(
  { threads, group, connected }: ScanLayout,
  steps: number,
  kept: number,
  most: number,
): number {
  if (kept === 0) return steps;
  // A workgroup of many threads needs more than every device has; so have devices that allow them.
  const bytes = threads > 256 ? Math.max(most, workgroupBytes) : workgroupBytes;
  const free = bytes / 4 - (connected ? exchangedNumbers({ threads, group }) : 0);
  const longest = Math.max(1, Math.floor(free / threads / kept));
  return shortSegments.find((n) => steps <= n && n <= longest) ?? longest;
}
