import { adam, type LearningRate, type Optimizer } from "@spikeloop/functional";

/**
 * Makes the optimizer of a learning rate that is an option of an agent. An error has the option's
 * own name, since an agent may have several rates.
 *
 * @throws {TypeError} if the rate is of the wrong kind.
 * @throws {RangeError} if it is out of range.
 */
export function adamOf(action: string, name: string, learningRate: LearningRate): Optimizer {
  try {
    return adam({ learningRate });
  } catch (error) {
    if (error instanceof Error) {
      error.message = error.message.replace("make adam: learningRate", `${action}: ${name}`);
    }
    throw error;
  }
}
