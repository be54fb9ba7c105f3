import { checkOptions } from "@spikeloop/errors";
import type { PopulationEncoderOptions } from "./population_encoder.ts";

const known = ["obsDim", "popDim", "timeSteps", "meanRange", "std"];

/** The options of a population encoder with their defaults. */
export function readOptions(
  name: string,
  options: PopulationEncoderOptions,
): Required<PopulationEncoderOptions> {
  const fail = (kind: typeof TypeError | typeof RangeError, problem: string): never => {
    throw new kind(`Cannot make ${name}: ${problem}`);
  };
  checkOptions(`make ${name}`, options, known);
  const { obsDim, popDim, timeSteps, meanRange = [-3, 3], std = Math.sqrt(0.15) } = options;
  for (const [key, n] of Object.entries({ obsDim, popDim, timeSteps })) {
    if (!Number.isInteger(n) || n < 1) {
      fail(RangeError, `${key} is ${String(n)}, expected an integer of at least 1`);
    }
  }
  if (!Array.isArray(meanRange) || meanRange.length !== 2 || !meanRange.every(Number.isFinite)) {
    fail(RangeError, `meanRange is ${JSON.stringify(meanRange)}, expected two finite numbers`);
  }
  if (!Number.isFinite(std) || std === 0) {
    fail(RangeError, `std is ${String(std)}, expected a finite number other than 0`);
  }
  return { obsDim, popDim, timeSteps, meanRange, std };
}
