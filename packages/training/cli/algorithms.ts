import type { Actor, LogStdSource } from "@spikeloop/actor";
import type { Agent } from "../agent.ts";
import { ppo } from "../algorithms/ppo.ts";
import type { PpoOptions } from "../algorithms/ppo_options.ts";
import { sac } from "../algorithms/sac.ts";
import type { SacOptions } from "../algorithms/sac_options.ts";
import { td3 } from "../td3.ts";
import type { Td3Options } from "../td3_options.ts";
import type { Plain } from "../make_actor.ts";
import { withSchedules } from "./with_schedules.ts";

/** An algorithm of the command line. */
export interface Algorithm {
  /** Makes the agent. Learning rates are numbers, or schedules as `withSchedules` takes them. */
  make(options: Plain & { readonly actor: Actor }): Agent;
  /** Where its actors have the logarithms of standard deviations; missing if they have none. */
  readonly logStd?: LogStdSource;
}

/** An algorithm whose agent is made of plain data. */
function algorithm<O extends { readonly actor: Actor }>(
  make: (options: O) => Agent,
  logStd?: LogStdSource,
): Algorithm {
  return {
    make: ({ actor, ...options }) => make({ ...withSchedules(options), actor } as unknown as O),
    logStd,
  };
}

/** The algorithms by name. A new one is a line here. */
export const algorithms: Readonly<Record<string, Algorithm>> = {
  td3: algorithm<Td3Options>(td3),
  sac: algorithm<SacOptions>(sac, "network"),
  ppo: algorithm<PpoOptions>(ppo, "parameter"),
};
