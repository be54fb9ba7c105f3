/** The settings that make a network and its run: another value starts another run. */
export interface RunSettings {
  /** Draws all random numbers. */
  readonly seed: number;
  /** T, the time steps that the network computes for each action. */
  readonly timeSteps: number;
  /** Units of the hidden layers. */
  readonly hiddenSizes: readonly number[];
  /** The neuron of all populations. */
  readonly neuron: NeuronName;
  /** The connection of the output population to itself. */
  readonly connection: ConnectionName;
}

/** The settings that a run takes over while it goes on. */
export interface LiveSettings {
  /** The learning rate of the actor; the critics' is three times as high. */
  readonly learningRate: number;
  /** The standard deviation of the noise on actions while it learns. */
  readonly noise: number;
  /** The stand-in for the derivative of a spike. */
  readonly surrogate: SurrogateName;
  /** Its slope. */
  readonly alpha: number;
}

/** All settings of a run. */
export interface Settings extends RunSettings, LiveSettings {}

/** The neurons to choose from, by the names that the library gives them. */
export const neuronNames = ["cuba-lif", "lif", "if"] as const;

/** The name of a neuron. */
export type NeuronName = (typeof neuronNames)[number];

/** The connections to choose from: all units of a group, neighbours only, others only, or none. */
export const connectionNames = ["all", "neighbours", "noSelf", "none"] as const;

/** The name of a connection. */
export type ConnectionName = (typeof connectionNames)[number];

/** The surrogates to choose from, by the names that the library gives them. */
export const surrogateNames = ["rect", "atan", "sigmoid", "triangle"] as const;

/** The name of a surrogate. */
export type SurrogateName = (typeof surrogateNames)[number];

/** The settings with which the page opens. */
export const firstSettings: Settings = {
  seed: 0,
  timeSteps: 5,
  hiddenSizes: [64, 64],
  neuron: "cuba-lif",
  connection: "all",
  learningRate: 1e-3,
  noise: 0.3,
  surrogate: "rect",
  alpha: 1,
};

const structure = ["seed", "timeSteps", "hiddenSizes", "neuron", "connection"] as const;

/** Whether two settings are of the same run. */
export function isSameRun(a: RunSettings, b: RunSettings): boolean {
  return structure.every((name) => String(a[name]) === String(b[name]));
}
