/** The settings of the population. */
export interface PopulationSettings {
  /** The share of the current that remains after a step. */
  readonly cDecay: number;
  /** The share of the membrane that remains after a step. */
  readonly vDecay: number;
  /** Where a neuron fires. */
  readonly vThreshold: number;
  /** Where the membrane starts again after a spike. */
  readonly vReset: number;
  /** Whether a spike takes the threshold off the membrane instead. */
  readonly isSoft: boolean;
  /** The weight of every connection inside the population. */
  readonly weight: number;
  /** The neurons that each neuron hears. */
  readonly connection: "all" | "noSelf" | "neighbours" | "selfOnly";
  /** The input of the first neuron. */
  readonly drive: number;
  /** The input of the last neuron is larger by this share. */
  readonly spread: number;
  /** The standard deviation of noise on all inputs. */
  readonly noise: number;
}

/** The number of neurons. */
export const units = 24;

/** How far away a neighbour may be. */
export const radius = 1;

/** The settings with which the tab opens. */
export const firstSettings: PopulationSettings = {
  cDecay: 0.5,
  vDecay: 0.9,
  vThreshold: 1,
  vReset: 0,
  isSoft: false,
  weight: 0,
  connection: "all",
  drive: 0.08,
  spread: 1,
  noise: 0,
};

/** Settings worth seeing, by the texts of their buttons. */
export const presets: Readonly<Record<string, PopulationSettings>> = {
  "Each alone": firstSettings,
  "All together": {
    ...firstSettings,
    cDecay: 0,
    vReset: -1.5,
    weight: 0.06,
    drive: 0.11,
    spread: 0.4,
    noise: 0.05,
  },
  "Waves": {
    ...firstSettings,
    cDecay: 0,
    vReset: -2.5,
    connection: "neighbours",
    weight: 1,
    drive: 0.04,
    spread: 0.3,
    noise: 0.15,
  },
  "The strongest win": {
    ...firstSettings,
    connection: "noSelf",
    weight: -0.05,
    drive: 0.09,
    noise: 0.02,
  },
};
