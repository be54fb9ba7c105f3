import { isVector, takeFlag, takeNumber } from "@spikeloop/errors";
import { takeObject } from "./take_object.ts";
import { takeVector } from "./take_vector.ts";

/** One step of an environment. */
export interface Experience {
  /** The observation before the step. */
  readonly observation: ArrayLike<number>;
  /** The action. */
  readonly action: ArrayLike<number>;
  /** The reward. */
  readonly reward: number;
  /** The observation after the step. */
  readonly nextObservation: ArrayLike<number>;
  /** Whether the task ended; false if the episode was only cut. */
  readonly done: boolean;
  /**
   * Whether an episode starts with it. If missing, it goes on with the episode of the experience
   * before whose next observation is its observation, unless that one is done.
   */
  readonly starts?: boolean;
}

/**
 * Checks an experience. It copies the record, but not the vectors.
 *
 * @throws {TypeError} if a part is of the wrong kind, or a vector has the wrong length.
 * @throws {RangeError} if a number is not finite in float32.
 */
export function takeExperience(
  experience: Experience,
  { obsDim, actDim }: { readonly obsDim: number; readonly actDim: number },
): Required<Experience> {
  const task = "store an experience";
  const { observation, action, reward, nextObservation, done, starts = false } = takeObject(
    task,
    "the experience",
    experience,
    "{ observation, action, reward, nextObservation, done }",
  );
  checkVector(task, "observation", observation, obsDim);
  checkVector(task, "action", action, actDim);
  checkVector(task, "nextObservation", nextObservation, obsDim);
  takeNumber(task, "its reward", reward, { float32: true });
  takeFlag(task, "done", done);
  takeFlag(task, "starts", starts);
  return { observation, action, reward, nextObservation, done, starts };
}

/** Checks a vector as `takeVector` does, but copies nothing. */
function checkVector(action: string, name: string, value: unknown, size: number): void {
  if (isVector(value) && value.length === size) {
    let isFine = true;
    for (let i = 0; i < size; i++) {
      const x = value[i];
      isFine &&= typeof x === "number" && Number.isFinite(Math.fround(x));
    }
    if (isFine) return;
  }
  takeVector(action, name, value, size);
}
