import type { Actor, LogStdSource } from "@spikeloop/actor";
import type { Agent, AgentState } from "../agent.ts";
import { ppo } from "../algorithms/ppo.ts";
import type { PpoOptions } from "../algorithms/ppo_options.ts";
import { sac } from "../algorithms/sac.ts";
import type { SacOptions } from "../algorithms/sac_options.ts";
import { td3 } from "../td3.ts";
import type { Td3Options } from "../td3_options.ts";
import type { Plain } from "./run_config.ts";

/** An algorithm of the command line. */
export interface Algorithm {
  /** Makes the agent. */
  make(options: Plain & { readonly actor: Actor }): Agent<AgentState>;
  /** Where its actors have the logarithms of standard deviations; missing if they have none. */
  readonly logStd?: LogStdSource;
}

/** The algorithms by name. A new one is a line here. */
export const algorithms: Readonly<Record<string, Algorithm>> = {
  td3: { make: (options) => td3(options as Td3Options) as unknown as Agent<AgentState> },
  sac: {
    make: (options) => sac(options as SacOptions) as unknown as Agent<AgentState>,
    logStd: "network",
  },
  ppo: {
    make: (options) => ppo(options as PpoOptions) as unknown as Agent<AgentState>,
    logStd: "parameter",
  },
};
