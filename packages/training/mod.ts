/**
 * Training of spiking actors: environments, replay, TD3 and checkpoints.
 *
 * @module
 */
export type {
  Action,
  ActionOf,
  AnyEnvironment,
  AsyncEnvironment,
  Environment,
  EnvironmentLike,
  Normalized,
  Transition,
} from "./environment.ts";
export { type Box, box, type Discrete, discrete, isDiscrete, type Space } from "@spikeloop/actor";
export {
  type Actor,
  actorFrom,
  type ActorFromOptions,
  type ActorParams,
  type BoundActor,
  type Distribution,
  mlpActor,
  type MlpActorOptions,
  type StochasticActor,
} from "@spikeloop/actor";
export { checkEnvironment, type CheckOptions } from "./check_environment.ts";
export { type Dynamics, makeEnvironment } from "./make_environment.ts";
export { pendulum, type PendulumObservation } from "./environments/pendulum.ts";
export { mountainCarContinuous, type MountainCarObservation } from "./environments/mountain_car.ts";
export { cartPoleSwingUp, type SwingUpObservation } from "./environments/cart_pole_swing_up.ts";
export { reacher, type ReacherObservation } from "./environments/reacher.ts";
export {
  type LanderObservation,
  lunarLander,
  lunarLanderDiscrete,
} from "./environments/lunar_lander.ts";
export { cartPole, type CartPoleObservation } from "./environments/cart_pole.ts";
export { timeLimit } from "./environments/time_limit.ts";
export { actionRepeat } from "./environments/action_repeat.ts";
export { rescaleAction } from "./environments/rescale_action.ts";
export {
  normalizeObservation,
  type NormalizeOptions,
} from "./environments/normalize_observation.ts";
export { vectorized } from "./environments/vectorized.ts";
export type {
  AsyncVectorEnvironment,
  VectorActionOf,
  VectorEnvironment,
  VectorEnvironmentLike,
  VectorTransition,
} from "./environments/vector_environment.ts";
export type { Batch } from "./batch.ts";
export type { Rollout } from "./rollout.ts";
export type {
  Agent,
  AgentBase,
  AgentState,
  Exploration,
  ReplayAgent,
  RolloutAgent,
  RolloutUpdateOptions,
  Sampled,
  UpdateOptions,
  UpdateReport,
} from "./agent.ts";
export type { Experience } from "./experience.ts";
export type { ReplayOptions } from "./replay_options.ts";
export type { ReplaySnapshot } from "./replay_snapshot.ts";
export type { SampleOptions } from "./sample_batch.ts";
export { ReplayBuffer } from "./replay_buffer.ts";
export { emptyStatistics, type RunningStatistics } from "./running_statistics.ts";
export {
  type Checkpoint,
  type CheckpointSource,
  readCheckpoint,
  readPolicy,
  writeCheckpoint,
} from "./checkpoint.ts";
export { act, actWithSpikes, type Policy } from "./act.ts";
export { bindPolicy } from "./bind_policy.ts";
export {
  type AsyncEvaluateOptions,
  evaluateActor,
  type EvaluateOptions,
} from "./evaluate_actor.ts";
export type { EpisodeProgress, TrainOptions, TrainProgress, TrainState } from "./train_options.ts";
export { trainTd3 } from "./train_td3.ts";
export { trainer, type TrainerFactory } from "./trainer/trainer.ts";
export type { Trainer } from "./trainer/training.ts";
export type {
  EnvironmentFactory,
  TrainerCalibration,
  TrainerCheckpoints,
  TrainerEvaluation,
  TrainerOptions,
} from "./trainer/trainer_options.ts";
export type {
  CheckpointEvent,
  EpisodeEvent,
  EvaluationEvent,
  TrainerEvent,
  UpdateEvent,
} from "./trainer/events.ts";
export type { Measures } from "./trainer/measure.ts";
export type { BestActor } from "./trainer/save_run.ts";
export type { CriticParams } from "./critic.ts";
export type { CriticBatch, Critics } from "./twin_critics.ts";
export { type Td3, td3, type Td3Report, type Td3UpdateOptions } from "./td3.ts";
export type { Td3Ahead, Td3Networks, Td3Optimizers, Td3State } from "./td3_state.ts";
export type { CriticOptions } from "./critic_options.ts";
export type { ProxyTargetOptions, ResolvedTd3Options, Td3Options } from "./td3_options.ts";
export type { ProxyState } from "./algorithms/proxy_target.ts";
export {
  type Sac,
  sac,
  type SacNetworks,
  type SacReport,
  type SacState,
  type SacUpdateOptions,
} from "./algorithms/sac.ts";
export type { ResolvedSacOptions, SacOptions } from "./algorithms/sac_options.ts";
export {
  type Ppo,
  ppo,
  type PpoNetworks,
  type PpoReport,
  type PpoState,
} from "./algorithms/ppo.ts";
export type { PpoAssessment } from "./algorithms/assessed.ts";
export type { PpoOptions, ResolvedPpoOptions } from "./algorithms/ppo_options.ts";
export type { ReturnScale } from "./algorithms/return_scale.ts";
export {
  behaviourCloning,
  type CloningEvent,
  type CloningOptions,
  type CloningState,
  type Demonstrations,
} from "./algorithms/behaviour_cloning.ts";
