import { key } from "@spikeloop/random";
import {
  type Box,
  type Environment,
  pendulum,
  type PendulumObservation,
  td3,
  type Td3State,
  type Trainer,
  trainer,
  type TrainerEvent,
  type TrainerOptions,
  writeCheckpoint,
} from "@spikeloop/training";
import type { WebGpu } from "@spikeloop/webgpu";
import { fingerprint } from "./fingerprint.ts";
import type { Fingerprint, Progress, Upright } from "./learner_messages.ts";
import { makeActor } from "./make_actor.ts";
import type { LiveSettings, Settings } from "./settings.ts";

/** A pole within this angle, in radians, counts as upright. */
const uprightAngle = 0.3;

/** The steps of a second of the task. */
const second = 20;

/** Steps with random actions, before the network acts and learns. */
const randomSteps = 400;

/** Rewards are made so much smaller, so that the critics soon have learned how large they are. */
const rewardScale = 0.05;

/** A hash of the parameters is taken after every so many steps. */
const fingerprintEvery = 500;

/** The steps, and the updates, between two readings of a GPU. */
const burst = 4;

/** More steps than anybody waits for. */
const endless = 2 ** 30;

/** A network that learns to swing up a pendulum, slice by slice. */
export class LearnerRun {
  #training: Trainer<Td3State>;
  readonly #options: TrainerOptions<Td3State>;
  #backend: WebGpu | undefined;
  readonly #clock: () => number;
  #settings: Settings;
  /** Milliseconds of all slices before the one that goes on, and the start of that one. */
  #worked = 0;
  #sliceStart = 0;
  #uprightSteps = 0;
  #upright: Upright | undefined;
  #episodes: [number, number][] = [];
  #fingerprints: Fingerprint[] = [];
  #lastReport = { step: 0, worked: 0 };

  /** Starts a run. `clock` returns milliseconds. */
  constructor(settings: Settings, clock: () => number = () => performance.now()) {
    this.#settings = settings;
    this.#clock = clock;
    const actor = makeActor(settings);
    this.#options = {
      environment: () => this.#watchedPendulum(),
      agent: td3({
        actor,
        actorAt: this.#actorWithSlope(),
        criticSizes: [64, 64],
        actorLearningRate: () => this.#settings.learningRate,
        criticLearningRate: () => 3 * this.#settings.learningRate,
        // A short task in front of an impatient reader: it learns at every step and looks less far.
        policyDelay: 1,
        polyak: 0.98,
        gamma: 0.97,
      }),
      key: key(settings.seed),
      steps: endless,
      startSteps: randomSteps,
      updateAfter: randomSteps,
      batchSize: 64,
      replaySize: 50_000,
      actNoise: () => this.#settings.noise,
      measureEvery: endless,
    };
    this.#training = trainer(this.#options);
  }

  /** The GPU that holds the networks; undefined for the CPU. */
  get backend(): WebGpu | undefined {
    return this.#backend;
  }

  /** Goes on with the same run on a GPU, or on the CPU again: all of it moves. */
  async moveTo(backend: WebGpu | undefined): Promise<void> {
    const bytes = await this.#training.saveAsync();
    // A GPU is read after a burst of updates, because every read has to be waited for.
    const device = backend && { backend, updateEvery: burst };
    this.#training = trainer.load(bytes, { ...this.#options, ...device });
    this.#backend = backend;
  }

  /** The steps so far. */
  get step(): number {
    return this.#training.step;
  }

  /** The actor with the slope of the settings of now. */
  #actorWithSlope() {
    let [settings, actor] = [this.#settings, makeActor(this.#settings)];
    return () => {
      if (settings !== this.#settings) {
        settings = this.#settings;
        actor = makeActor(settings);
      }
      return actor;
    };
  }

  /** The task, in which the steps with the pole upright are counted. */
  #watchedPendulum(): Environment<Box, PendulumObservation> {
    const task = pendulum();
    return {
      ...task,
      step: (action) => {
        const transition = task.step(action);
        const isUpright = transition.observation[0] > Math.cos(uprightAngle);
        this.#uprightSteps = isUpright ? this.#uprightSteps + 1 : 0;
        if (this.#uprightSteps === second) {
          const worked = this.#worked + this.#clock() - this.#sliceStart;
          this.#upright ??= { step: this.step + 1, seconds: worked / 1000 };
        }
        return { ...transition, reward: rewardScale * transition.reward };
      },
    };
  }

  /** Takes over settings that a run can change while it goes on. */
  change(settings: LiveSettings): void {
    this.#settings = { ...this.#settings, ...settings };
  }

  /** Trains for about so many milliseconds. */
  async advance(milliseconds: number): Promise<void> {
    this.#sliceStart = this.#clock();
    const isOver = (event: TrainerEvent) => {
      this.#take(event);
      return this.#clock() - this.#sliceStart >= milliseconds;
    };
    if (this.#backend === undefined) {
      for (const event of this.#training) if (isOver(event)) break;
    } else {
      for await (const event of this.#training) if (isOver(event)) break;
    }
    this.#worked += this.#clock() - this.#sliceStart;
  }

  #take(event: TrainerEvent): void {
    if (event.type === "episode") this.#episodes.push([event.step, event.return / rewardScale]);
    if (event.type === "update" && event.step % fingerprintEvery === 0) {
      const hash = fingerprint(this.#training.policy.params);
      this.#fingerprints.push({ step: event.step, hash });
    }
  }

  /** The state of the run, and what has happened since the last call. */
  report(): Progress {
    const { step } = this;
    const [steps, worked] = [step - this.#lastReport.step, this.#worked - this.#lastReport.worked];
    this.#lastReport = { step, worked: this.#worked };
    const [episodes, fingerprints] = [this.#episodes, this.#fingerprints];
    [this.#episodes, this.#fingerprints] = [[], []];
    return {
      type: "progress",
      step,
      rate: worked > 0 ? 1000 * steps / worked : 0,
      episodes,
      upright: this.#upright,
      fingerprints,
    };
  }

  /** The policy of now, as a checkpoint. */
  policy(): Uint8Array<ArrayBuffer> {
    return new Uint8Array(writeCheckpoint(this.#training.policy));
  }
}
