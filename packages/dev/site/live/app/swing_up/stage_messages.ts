import type { DecodeMode, EncodeMode } from "@spikeloop/actor";
import type { Pole } from "./physics.ts";

/** The places for pendulums on the page: a trained network, and the one that learns. */
export type Seat = 0 | 1;

/** Orders of the page to the worker that runs the pendulums. */
export type StageOrder =
  /** Seats a policy: a checkpoint. */
  | { readonly type: "policy"; readonly seat: Seat; readonly bytes: Uint8Array }
  /** Seats the network of a reader's file; without codes it may ask for them. */
  | {
    readonly type: "open";
    readonly seat: Seat;
    readonly bytes: Uint8Array;
    readonly codes?: Codes;
  }
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

/** The codes of a network, which a state dict does not say. */
export interface Codes {
  /** T. */
  readonly timeSteps: number;
  readonly encode: EncodeMode;
  readonly decode: DecodeMode;
  /** The largest action. */
  readonly actLimit: number;
}

/** The sizes of a network in a state dict. */
export interface FileFacts {
  readonly obsDim: number;
  readonly actDim: number;
  readonly hiddenSizes: readonly number[];
  /** Whether the decoder reads firing rates, so that there is no choice. */
  readonly hasRates: boolean;
}

/** News of the worker that runs the pendulums. */
export type StageNews =
  | Frame
  /** The file that was opened last is a state dict: it needs codes. */
  | { readonly type: "asks"; readonly seat: Seat; readonly facts: FileFacts }
  | {
    readonly type: "seated";
    readonly seat: Seat;
    readonly network: SeatedNetwork;
    /** Whether it comes from the reader's file. */
    readonly isFile: boolean;
  }
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
