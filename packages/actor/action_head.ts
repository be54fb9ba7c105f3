import * as e from "@spikeloop/expr";
import type { Placement, RowPart } from "@spikeloop/functional";
import {
  argmax,
  broadcastTo,
  clip,
  elementwise,
  full,
  mul,
  reshape,
  slice,
  tanh,
  type Tensor,
  tensor,
} from "@spikeloop/tensor";
import type { Distribution } from "./distribution.ts";
import { type Box, isDiscrete, type Space } from "./space.ts";

/**
 * Where the standard deviations of a stochastic actor come from: outputs of the network, as SAC has
 * it, or one parameter per number of the action, as PPO has it.
 */
export type LogStdSource = "network" | "parameter";

/** The name of the parameter `"parameter"`. */
export const logStdName = "log_std";

/** The limits of log-stds that a network computes, as SAC has them. */
const logStdRange = { min: -20, max: 2 };

/**
 * The last part of an actor: maps the outputs of its network to actions.
 *
 *     action = (high + low) / 2 + (high - low) / 2 · tanh u      in a box
 *     action = argmax u                                          of a discrete space
 */
export interface ActionHead {
  /** The actions. A box has finite bounds. */
  readonly space: Space;
  /** How many numbers an action has; 1 for a choice. */
  readonly actDim: number;
  /** How many numbers the network computes. */
  readonly outputs: number;
  /** Where log-stds come from; undefined for a deterministic actor and for choices. */
  readonly logStd: LogStdSource | undefined;
  /** Whether it has a distribution. */
  readonly isStochastic: boolean;
  /** Maps u [N, actDim], or logits [N, n], to actions [N, actDim]. */
  action(u: Tensor): Tensor;
  /** Computes the distribution from the outputs [N, outputs] and the parameters of the actor. */
  distribution(outputs: Tensor, params: Readonly<Record<string, Tensor>>): Distribution;
  /**
   * Maps the outputs for one observation to its action, with the bits of `action`.
   *
   * @param into Receives the action.
   */
  write(outputs: ArrayLike<number>, into: Float32Array): Float32Array;
  /** The maths of `write` in a box; the action is the first numbers of its output. */
  readonly rowPart?: RowPart;
  /**
   * Draws from the distribution that the outputs for one observation describe: the numbers u, or a
   * choice.
   *
   * @param random Standard normal numbers, [actDim]; for a choice one number from 0 to below 1.
   * @param into Receives them.
   * @param logStd The parameter, where log-stds are one.
   */
  draw(
    outputs: ArrayLike<number>,
    random: ArrayLike<number>,
    into: Float32Array,
    logStd?: ArrayLike<number>,
  ): Float32Array;
}

/** half · tanh u + middle */
const scale = (u: e.ExprLike, half: e.ExprLike, middle: e.ExprLike) =>
  e.add(e.mul(e.tanh(u), half), middle);
const scaledAction = /* @__PURE__ */ elementwise("scaled action", 3, scale);

/** Makes the head of actors with these actions, whose bounds are finite. */
export function makeHead(space: Space, logStd: LogStdSource | undefined): ActionHead {
  return isDiscrete(space) ? choiceHead(space, space.n) : boxHead(space, logStd);
}

function choiceHead(space: Space, n: number): ActionHead {
  return Object.freeze<ActionHead>({
    space,
    actDim: 1,
    outputs: n,
    logStd: undefined,
    isStochastic: true,
    action: (u) => reshape(argmax(u, 1), [u.shape[0], 1]),
    distribution: (logits) => ({ logits }),
    write: (outputs, into) => {
      // NaN wins, as in argmax.
      let best = 0;
      for (let i = 1; i < n && outputs[best] === outputs[best]; i++) {
        if (!(outputs[i] <= outputs[best])) best = i;
      }
      into[0] = best;
      return into;
    },
    draw: (logits, random, into) => {
      const first = Math.max(...Array.from(logits));
      const weights = Array.from(logits, (x) => Math.exp(x - first));
      let rest = random[0] * weights.reduce((sum, x) => sum + x, 0);
      let choice = 0;
      while (choice < n - 1 && rest >= weights[choice]) rest -= weights[choice++];
      into[0] = choice;
      return into;
    },
  });
}

function boxHead(space: Box, logStd: LogStdSource | undefined): ActionHead {
  const actDim = space.low.length;
  const limit = limitOf(space);
  const half = Float32Array.from(space.low, (low, i) => (space.high[i] - low) / 2);
  const middle = Float32Array.from(space.low, (low, i) => (space.high[i] + low) / 2);
  const formula = (u: e.Expr, half: e.Expr, middle: e.Expr) =>
    limit === undefined ? scale(u, half, middle) : e.mul(e.tanh(u), half);
  const outputs = logStd === "network" ? 2 * actDim : actDim;
  /** Bounds for all outputs; the action leaves log-stds out. */
  const rowOf = (bounds: Float32Array) =>
    tensor(Float32Array.from({ length: outputs }, (_, i) => bounds[i] ?? 0));
  const names = ["u", "half", "middle"];
  const [u, h, m] = names.map(e.input);
  const evaluate = e.compileEvaluator([formula(u, h, m)], names);
  const [args, result] = [[0, 0, 0], [0]];
  return Object.freeze<ActionHead>({
    space,
    actDim,
    outputs,
    logStd,
    isStochastic: logStd !== undefined,
    rowPart: { kind: "map", formula, rows: [half, middle].map(rowOf) },
    action: (u) => {
      const mean = u.shape[1] === actDim ? u : slice(u, [0, 0], [u.shape[0], actDim]);
      if (limit !== undefined) return mul(tanh(mean), limit);
      const { backend } = u;
      return scaledAction(
        mean,
        tensor(half, [actDim], { backend }),
        tensor(middle, [actDim], { backend }),
      );
    },
    distribution: (outputs, params) => {
      const rows = outputs.shape[0];
      if (logStd !== "network") {
        return { mean: outputs, logStd: broadcastTo(params[logStdName], [rows, actDim]) };
      }
      const { min, max } = logStdRange;
      return {
        mean: slice(outputs, [0, 0], [rows, actDim]),
        logStd: clip(slice(outputs, [0, actDim], [rows, 2 * actDim]), min, max),
      };
    },
    write: (outputs, into) => {
      for (let i = 0; i < actDim; i++) {
        args[0] = outputs[i];
        args[1] = half[i];
        args[2] = middle[i];
        evaluate(args, result);
        into[i] = result[0];
      }
      return into;
    },
    draw: (outputs, random, into, parameter) => {
      const { min, max } = logStdRange;
      for (let i = 0; i < actDim; i++) {
        const value = parameter?.[i] ?? Math.min(Math.max(outputs[actDim + i], min), max);
        into[i] = outputs[i] + Math.exp(value) * random[i];
      }
      return into;
    },
  });
}

/** The number l if all bounds of a box are ±l; undefined for any other box. */
export function limitOf({ low, high }: Box): number | undefined {
  return low.every((x) => x === -high[0]) && high.every((x) => x === high[0]) ? high[0] : undefined;
}

/** The parameter that a head adds to those of its network, by name: log-std 0. */
export function headShapes({ logStd, actDim }: ActionHead): Record<string, readonly number[]> {
  return logStd === "parameter" ? { [logStdName]: [actDim] } : {};
}

/** The first values of the parameter of `headShapes`. */
export function headParams(head: ActionHead, placement: Placement = {}): Record<string, Tensor> {
  return head.logStd === "parameter" ? { [logStdName]: full([head.actDim], 0, placement) } : {};
}
