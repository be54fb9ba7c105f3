import type { Actor, ActorParams, BoundActor } from "@spikeloop/actor";
import type { Placement } from "@spikeloop/functional";
import type { Key } from "@spikeloop/random";
import type { NamedTree, Tensor } from "@spikeloop/tensor";
import type { Batch } from "./batch.ts";
import type { Rollout } from "./rollout.ts";

/** The state of an agent: a tree of tensors and plain numbers, which a file holds as it is. */
export type AgentState = { readonly [name: string]: NamedTree };

/** Random numbers for one action. */
export interface Exploration {
  /** Draws the random numbers besides the noise, such as a choice, or the spikes of an encoder. */
  readonly key: Key;
  /**
   * Standard normal numbers, one per number of the action. Those of one step and the next are
   * correlated where the trainer is told so.
   */
  readonly noise: ArrayLike<number>;
  /** The standard deviations of the noise on the actions of a deterministic actor. */
  readonly deviations: ArrayLike<number>;
}

/** The count of an update, and its random numbers. */
export interface UpdateOptions {
  /** The number of the update, from 0. */
  readonly timer: number;
  /** Draws all random numbers of the update. */
  readonly key: Key;
}

/** The count of an update from a rollout, its random numbers, and the numbers that it reads. */
export interface RolloutUpdateOptions extends UpdateOptions {
  /**
   * The numbers of the tensors that the agent's `assess` has returned for this state and rollout.
   * If missing, the agent reads them at once, which works on the CPU.
   */
  readonly assessed?: Readonly<Record<string, Float32Array>>;
}

/** The losses of an update by name: scalars, undefined for one that this update did not have. */
export type UpdateReport = Readonly<Record<string, Tensor | undefined>>;

/** The common part of all agents: an algorithm with its actor. It holds no parameters. */
export interface AgentBase<S extends AgentState> {
  /** The name of the algorithm, such as `"td3"`. */
  readonly name: string;
  /** The network that acts. */
  readonly actor: Actor;
  /** Options of `trainer` that have no effect on it: the trainer refuses them by name. */
  readonly ignores?: readonly string[];
  /** Draws networks, and makes all else that learning goes on with. */
  init(key: Key, placement?: Placement): S;
  /**
   * Checks that a state is one of this agent.
   *
   * @throws {TypeError} if a part is missing, or a tensor has another shape.
   */
  checkState(state: unknown): void;
  /** The parameters of the actor in a state. */
  policy(state: S): ActorParams;
  /**
   * Returns a state whose actor has the statistics of normalized observations, [B, obsDim] each;
   * missing where the actor normalizes no batches.
   */
  calibrate?(state: S, observations: readonly Tensor[], key: Key): S;
  /**
   * Estimates the return of actions [N, actDim] after observations [N, obsDim], for reports; an
   * agent without such an estimate has none.
   *
   * @returns Values [N].
   */
  value?(state: S, observation: Tensor, action: Tensor): Tensor;
}

/** An agent that learns from batches out of a replay buffer, such as TD3 and SAC. */
export interface ReplayAgent<S extends AgentState = AgentState> extends AgentBase<S> {
  /** Tells the two kinds of agents apart. */
  readonly learnsFrom: "replay";
  /** The steps whose rewards its batches sum, and their discount; one step if missing. */
  readonly returns?: { readonly steps: number; readonly gamma: number };
  /** Chooses an action with exploration, for one normalized observation. */
  explore(bound: BoundActor, observation: Float32Array, exploration: Exploration): Float32Array;
  /** Does one update, and returns the new state and the losses. It changes no argument. */
  update(state: S, batch: Batch, options: UpdateOptions): [state: S, report: UpdateReport];
}

/** An action, and the numbers from which an agent computes its probability again. */
export interface Sampled {
  /** The action for the environment: numbers in the box, or one choice. */
  readonly action: Float32Array;
  /** The numbers before the bounds of the box were applied, or the choice. */
  readonly sample: Float32Array;
}

/** An agent that learns from what the actor has just done, such as PPO. */
export interface RolloutAgent<S extends AgentState = AgentState> extends AgentBase<S> {
  /** Tells the two kinds of agents apart. */
  readonly learnsFrom: "rollouts";
  /** Steps of every environment per rollout. */
  readonly rolloutSteps: number;
  /** The fewest steps of all environments together from which it learns; 1 if missing. */
  readonly leastSteps?: number;
  /** Draws an action, for one normalized observation. */
  explore(bound: BoundActor, observation: Float32Array, exploration: Exploration): Sampled;
  /**
   * Computes, where the state is, the tensors that the update has to read. A device is read by
   * waiting, so the trainer reads them, and hands the numbers to `update` as `assessed`. An agent
   * that reads nothing has no such function.
   */
  assess?(state: S, rollout: Rollout, options: UpdateOptions): Readonly<Record<string, Tensor>>;
  /**
   * Learns from one rollout, which the actor of this state has made, and returns the new state and
   * the losses. It changes no argument. The rollout is on the CPU.
   */
  update(
    state: S,
    rollout: Rollout,
    options: RolloutUpdateOptions,
  ): [state: S, report: UpdateReport];
}

/**
 * An algorithm that `trainer` runs. The trainer owns the environments, the statistics that
 * normalize observations, the experiences, the random keys and the counters; the agent turns
 * observations into actions and experiences into a new state, and is a record of pure functions.
 */
export type Agent<S extends AgentState = AgentState> = ReplayAgent<S> | RolloutAgent<S>;
