import { type Expr, isBinary, operands, schedule } from "@spikeloop/expr";
import type { ScanKernel } from "@spikeloop/backend";

/** Whether kernels compute a node as numbers: others are masks, or are not computed. */
function isKeepable(e: Expr): boolean {
  return !isBinary(e) && e.tag !== "const" && e.tag !== "input" && e.tag !== "detach";
}

/** The inputs that evaluating `roots` reads where `kept` is there already. */
function readInputs(roots: readonly Expr[], kept?: Expr): ReadonlySet<string> {
  const nodes = new Set(roots.filter((e) => e !== kept));
  for (const e of nodes) { // and those that are added meanwhile
    for (const operand of operands(e)) if (operand !== kept) nodes.add(operand);
  }
  return new Set([...nodes].flatMap((e) => e.tag === "input" ? [e.name] : []));
}

/**
 * The one value of a step that its pullback needs instead of x, states and noise: for most neurons
 * the membrane before reset. Where there is one, a pullback keeps it for every step and not the
 * states, and does not compute it twice.
 *
 * @param roots What the pullback computes.
 */
export function keptValue(kernel: ScanKernel, roots: readonly Expr[]): Expr | undefined {
  const moving = ["x", ...kernel.states, ...kernel.noise];
  const readsAny = (inputs: ReadonlySet<string>) => moving.some((name) => inputs.has(name));
  const inputs = readInputs(roots);
  if (moving.filter((name) => inputs.has(name)).length < 2) return undefined;
  return schedule([kernel.out, ...kernel.next]).reverse().find((e) =>
    isKeepable(e) && !readsAny(readInputs(roots, e))
  );
}
