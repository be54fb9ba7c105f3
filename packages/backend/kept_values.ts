import { type Expr, isBinary, operands, schedule } from "@spikeloop/expr";
import type { ScanKernel } from "./skeletons.ts";

/**
 * The fewest values of a step from which `roots` follow without x, the states and noise: for most
 * neurons the membrane before reset alone. A pullback that keeps them needs nothing else of a step.
 *
 * They are a minimum cut of the expression graph between what changes from step to step and the
 * roots, the one nearest to the roots: as many paths as possible that share no value, and of each
 * path the last value without a way around it. Only numbers that the step itself computes count,
 * and its inputs.
 *
 * @param roots The results of the pullback.
 *
 * @example A unit with a synaptic current has three moving inputs, but one membrane.
 * ```ts
 * import { add, input, mul } from "@spikeloop/expr";
 * import { defineScan, keptValues } from "@spikeloop/backend";
 * import { assertEquals } from "@std/assert";
 *
 * const c = add(input("c"), input("x"));
 * const v = add(input("v"), c);
 * const states = ["c", "v"];
 * const kernel = defineScan({ name: "", states, params: [], out: v, next: [c, v], binary: false });
 * assertEquals(keptValues(kernel, [mul(v, v), add(v, 1)]), [v]);
 * ```
 */
export function keptValues(kernel: ScanKernel, roots: readonly Expr[]): Expr[] {
  const { states, noise, out, next } = kernel;
  const moving = ["x", ...states, ...noise];
  const computed = new Set(schedule([out, ...next]));
  const [source, sink] = [0, 1];
  /** The flow that two vertices have room for; node i is the vertices 2i + 2 and 2i + 3. */
  const capacities: Map<number, number>[] = [new Map(), new Map()];
  const connect = (from: number, to: number, capacity: number) => {
    capacities[from].set(to, capacity);
    capacities[to].set(from, 0);
  };
  const nodes = schedule(roots);
  const numbers = new Map(nodes.map((e, i) => [e, 2 * i + 2]));
  for (const e of nodes) {
    const at = capacities.push(new Map(), new Map()) - 2;
    const isMoving = e.tag === "input" && moving.includes(e.name);
    const isNumber = computed.has(e) && !isBinary(e) && e.tag !== "detach";
    connect(at, at + 1, isMoving || isNumber ? 1 : Infinity);
    if (isMoving) connect(source, at, Infinity);
    for (const operand of operands(e)) connect((numbers.get(operand) ?? 0) + 1, at, Infinity);
    if (roots.includes(e)) connect(at + 1, sink, Infinity);
  }
  let seen: Set<number>;
  /** Sends one unit from the source to a vertex, if there is still a way. */
  const reach = (to: number): boolean => {
    if (to === source) return true;
    seen.add(to);
    for (const from of capacities[to].keys()) {
      const capacity = capacities[from].get(to) ?? 0;
      if (capacity === 0 || seen.has(from) || !reach(from)) continue;
      capacities[from].set(to, capacity - 1);
      capacities[to].set(from, (capacities[to].get(from) ?? 0) + 1);
      return true;
    }
    return false;
  };
  do seen = new Set(); while (reach(sink));
  return nodes.filter((_, i) => seen.has(2 * i + 3) && !seen.has(2 * i + 2));
}
