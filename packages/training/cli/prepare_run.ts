import { fail } from "@spikeloop/errors";
import { key } from "@spikeloop/random";
import type { Agent, AgentState } from "../agent.ts";
import { vectorized } from "../environments/vectorized.ts";
import type { TrainerOptions } from "../trainer/trainer_options.ts";
import { limitPlain } from "../limit_plain.ts";
import { byName, makeActor } from "../make_actor.ts";
import { algorithms } from "./algorithms.ts";
import { loadEnvironment, type MakeEnvironment } from "./environments.ts";
import type { RunConfig } from "./run_config.ts";
import { withSchedules } from "./with_schedules.ts";

/** All parts of a run. */
export interface PreparedRun {
  readonly makeEnvironment: MakeEnvironment;
  readonly agent: Agent<AgentState>;
  /** The options of `trainer`, without the writing of checkpoints. */
  readonly options: TrainerOptions<AgentState>;
}

/**
 * Makes the environment, the actor and the agent of a run.
 *
 * @throws {TypeError} if a name or an option is unknown or of the wrong kind.
 * @throws {RangeError} if an option is out of range.
 * @throws {Error} if the environment cannot be loaded.
 */
export async function prepareRun(config: RunConfig, seed: number): Promise<PreparedRun> {
  const { env, algo, steps, environments, trainer, evaluate } = config;
  const { make, logStd } = byName("the algorithm", algorithms, algo);
  if (config.agent.actor !== undefined) {
    fail(
      "make the agent",
      "actor is no option of the algorithm; expected its options as --actor.<name>",
    );
  }
  limitPlain("make the actor", config.actor);
  limitPlain("make the agent", config.agent);
  const makeEnvironment = await loadEnvironment(env);
  const { observationSpace, actionSpace } = makeEnvironment();
  const spaces = { observationSpace, actionSpace, ..."low" in actionSpace && { logStd } };
  const agent = make({ ...config.agent, actor: makeActor(spaces, config.actor) });
  const environment = environments === 1
    ? makeEnvironment
    : vectorized(makeEnvironment, environments);
  return {
    makeEnvironment,
    agent,
    options: {
      ...withSchedules(trainer),
      environment,
      agent,
      key: key(seed),
      steps,
      evaluate: { ...evaluate, environment: makeEnvironment },
    },
  };
}
