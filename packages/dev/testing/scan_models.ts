// Neurons for tests of the time loop, written as bare scan definitions.
import {
  abs,
  add,
  detach,
  div,
  type Expr,
  input,
  less,
  mul,
  round,
  sigmoid,
  spike,
  sub,
} from "@spikeloop/expr";
import { defineScan, type ScanKernel } from "@spikeloop/backend";

/** The slope of a surrogate, by name. */
export const slopes: Readonly<Record<string, (u: Expr) => Expr>> = {
  rect: (u) => less(abs(u), 0.5),
  rational: (u) => div(1, add(1, mul(3, mul(u, u)))),
};

const [x, v, c, a, threshold, decay, rest] = ["x", "v", "c", "a", "threshold", "decay", "rest"]
  .map(input);

const hard = (u: Expr, s: Expr) => add(mul(sub(1, s), u), mul(s, rest));
const soft = (u: Expr, s: Expr) => sub(u, mul(s, threshold));

/** Integrate and fire. */
export function integrateAndFire(slope: (u: Expr) => Expr, isSoft = false): ScanKernel {
  const u = add(v, x);
  const over = sub(u, threshold);
  const out = spike(over, slope(over));
  return defineScan({
    name: "if",
    states: ["v"],
    params: isSoft ? ["threshold"] : ["threshold", "rest"],
    out,
    next: [isSoft ? soft(u, out) : hard(u, out)],
    binary: true,
  });
}

/**
 * A leaky unit; `smooth` sends out a sigmoid instead of a spike, so that finite differences exist.
 */
export function leaky(slope: (u: Expr) => Expr, smooth = false): ScanKernel {
  const u = add(mul(v, decay), x);
  const over = sub(u, threshold);
  const out = smooth ? sigmoid(mul(2, over)) : spike(over, slope(over));
  return defineScan({
    name: smooth ? "smooth" : "lif",
    states: ["v"],
    params: ["threshold", "decay", "rest"],
    out,
    next: [hard(u, out)],
    binary: !smooth,
  });
}

/** A unit with a synaptic current. */
export function currentBased(slope: (u: Expr) => Expr, detachReset = false): ScanKernel {
  const current = add(mul(c, 0.5), x);
  const u = add(mul(v, decay), current);
  const over = sub(u, threshold);
  const out = spike(over, slope(over));
  return defineScan({
    name: "cuba-lif",
    states: ["c", "v"],
    params: ["decay", "threshold", "rest"],
    out,
    next: [current, hard(u, detachReset ? detach(out) : out)],
    binary: true,
  });
}

/** A unit whose threshold rises with every spike. */
export function adaptive(slope: (u: Expr) => Expr): ScanKernel {
  const u = add(mul(v, decay), x);
  const over = sub(u, add(threshold, mul(0.3, a)));
  const out = spike(over, slope(over));
  return defineScan({
    name: "adaptive",
    states: ["v", "a"],
    params: ["decay", "threshold"],
    out,
    next: [sub(u, mul(detach(out), threshold)), add(mul(a, 0.9), out)],
    binary: true,
  });
}

/** A unit that counts, and reads two noise sequences. */
export function noisyCount(): ScanKernel {
  const u = add(add(mul(v, decay), x), mul(input("noise.a"), 0.3));
  const out = add(round(mul(2, u)), mul(input("noise.b"), 0.1));
  return defineScan({
    name: "noisy-count",
    states: ["v"],
    params: ["decay"],
    noise: ["noise.a", "noise.b"],
    out,
    next: [sub(u, mul(0.5, detach(out)))],
    binary: false,
  });
}

/** A unit without a state. */
export function stateless(slope: (u: Expr) => Expr): ScanKernel {
  const over = sub(x, threshold);
  return defineScan({
    name: "stateless",
    states: [],
    params: ["threshold"],
    out: spike(over, slope(over)),
    next: [],
    binary: true,
  });
}

/** One of each. */
export const scanModels: readonly ScanKernel[] = [
  integrateAndFire(slopes.rect),
  integrateAndFire(slopes.rational, true),
  leaky(slopes.rational),
  leaky(slopes.rect, true),
  currentBased(slopes.rect),
  currentBased(slopes.rational, true),
  adaptive(slopes.rational),
  noisyCount(),
  stateless(slopes.rect),
];
