import type { Pole } from "./physics.ts";

/** The places for pendulums on the page: a trained network, and the one that learns. */
export type Seat = 0 | 1;

/** Orders of the page to the worker that runs the pendulums. */
export type StageOrder =
  /** Seats a policy: a checkpoint. */
  | { readonly type: "policy"; readonly seat: Seat; readonly bytes: Uint8Array }
  /** Holds a pole at an angle, until it is let go. */
  | { readonly type: "hold"; readonly seat: Seat; readonly pole: Pole }
  | { readonly type: "letGo"; readonly seat: Seat; readonly pole: Pole }
  /** Pushes a pole with a torque from outside, until the next push. */
  | { readonly type: "push"; readonly seat: Seat; readonly torque: number }
  /** Lets a pole hang at rest. */
  | { readonly type: "drop"; readonly seat: Seat }
  /** Runs in real time, or stands still. */
  | { readonly type: "play"; readonly isPlaying: boolean }
  /** Does one step. */
  | { readonly type: "step" };

/** News of the worker that runs the pendulums. */
export type StageNews =
  | Frame
  | { readonly type: "seated"; readonly seat: Seat; readonly network: SeatedNetwork }
  | { readonly type: "error"; readonly seat: Seat; readonly message: string };

/** A network on the stage. */
export interface SeatedNetwork {
  /** The units of every layer: encoder, hidden layers, output. */
  readonly units: readonly number[];
  /** T. */
  readonly timeSteps: number;
  /** The threshold of the output population. */
  readonly threshold: number;
}

/** One step of a pendulum. */
export interface Frame {
  readonly type: "frame";
  readonly seat: Seat;
  /** The pole after the step. */
  readonly pole: Pole;
  /** Whether the pole has been put there: it did not swing. */
  readonly isPut: boolean;
  /** The torque of the network's motor, within ±2. */
  readonly torque: number;
  /** The spikes of all layers, [T, all units]. */
  readonly spikes: Uint8Array<ArrayBuffer>;
  /** The membranes of the output population, [T, units]. */
  readonly membranes: Float32Array<ArrayBuffer>;
}
