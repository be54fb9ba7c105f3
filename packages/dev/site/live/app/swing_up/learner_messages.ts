import type { LiveSettings, Settings } from "./settings.ts";

/** Orders of the page to the worker that trains. */
export type LearnerOrder =
  | { readonly type: "start"; readonly settings: Settings }
  | { readonly type: "change"; readonly settings: LiveSettings }
  | { readonly type: "go"; readonly isGoing: boolean }
  | { readonly type: "save" }
  /** Goes on with the same run on another device. */
  | { readonly type: "device"; readonly device: Device };

/** The device that learns. */
export type Device = "cpu" | "gpu";

/** News of the worker that trains. */
export type LearnerNews =
  | Progress
  /** The policy of now, as a checkpoint. */
  | { readonly type: "policy"; readonly bytes: Uint8Array<ArrayBuffer> }
  /** The same, as the answer to `save`. */
  | { readonly type: "saved"; readonly step: number; readonly bytes: Uint8Array<ArrayBuffer> }
  /** The run is on this device now; the other one has a problem, if one is told. */
  | { readonly type: "device"; readonly device: Device; readonly problem?: string }
  /** The run has failed, and has stopped. */
  | { readonly type: "error"; readonly message: string };

/** The state of the run. */
export interface Progress {
  readonly type: "progress";
  /** The steps of the task so far. */
  readonly step: number;
  /** Steps per second of late. */
  readonly rate: number;
  /** The episodes that have ended since the last such message: step, and sum of rewards. */
  readonly episodes: readonly (readonly [step: number, total: number])[];
  /** The first whole second with the pole upright; undefined before it. */
  readonly upright: Upright | undefined;
  /** The hash of the parameters after every 500 steps, since the last such message. */
  readonly fingerprints: readonly Fingerprint[];
}

/** The first second in which the pole was upright throughout. */
export interface Upright {
  readonly step: number;
  /** Seconds of training from the start of the run. */
  readonly seconds: number;
}

/** The hash of the parameters after so many steps. */
export interface Fingerprint {
  readonly step: number;
  readonly hash: string;
}
