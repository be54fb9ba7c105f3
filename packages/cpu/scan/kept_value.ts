import { type Expr, isBinary, operands, schedule } from "@spikeloop/expr";
import { type ScanKernel, scanPullback } from "@spikeloop/backend";

/** Whether kernels compute a node as numbers: others are masks, or are not computed. */
function isKeepable(e: Expr): boolean {
  return !isBinary(e) && e.tag !== "const" && e.tag !== "input" && e.tag !== "detach";
}

/**
 * The one value of a step that its pullback needs instead of x, states and noise: for most neurons
 * the membrane before reset. Where there is one, a pullback keeps it for every step and not the
 * states, and does not compute it twice.
 *
 * @param roots What the pullback computes.
 */
export function keptValueOf(kernel: ScanKernel, roots: readonly Expr[]): Expr | undefined {
  const isMoving = (e: Expr) =>
    e.tag === "input" && (e.name === "x" || kernel.states.includes(e.name) ||
      kernel.noise.includes(e.name));
  const order = schedule(roots);
  if (order.filter(isMoving).length < 2) return undefined;
  /** The nodes that read moving inputs. */
  const readers = new Set<Expr>();
  for (const e of order) {
    if (isMoving(e) || operands(e).some((operand) => readers.has(operand))) readers.add(e);
  }
  const forward = new Set(schedule([kernel.out, ...kernel.next]));
  // Users come before their operands here. All that the visited nodes still read is open: where
  // that is one node, nothing reads moving inputs but through it.
  const open = new Set(roots.filter((e) => readers.has(e)));
  for (const e of order.reverse()) {
    if (!open.delete(e)) continue;
    if (isMoving(e)) return undefined;
    if (open.size === 0 && isKeepable(e) && forward.has(e)) return e;
    for (const operand of operands(e)) if (readers.has(operand)) open.add(operand);
  }
  return undefined;
}

/** The kept value from which the output follows too, so that a forward pass can keep it. */
function valueForPullback(kernel: ScanKernel): Expr | undefined {
  const { x, states } = scanPullback(kernel);
  return keptValueOf(kernel, [kernel.out, x, ...states].filter((root) => root !== undefined));
}

const keepingKernels = new WeakMap<ScanKernel, ScanKernel>();

/** The kernel with the value that its forward pass keeps for the pullback. */
export function keepingKernel(kernel: ScanKernel): ScanKernel {
  let keeping = keepingKernels.get(kernel);
  if (keeping === undefined) {
    keepingKernels.set(kernel, keeping = { ...kernel, kept: valueForPullback(kernel) });
  }
  return keeping;
}
