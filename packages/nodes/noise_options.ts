import { type Key, key, split } from "@spikeloop/random";
import { ColoredNoise } from "@spikeloop/neuron";
import type { NodeDesign, NoisyEquations } from "./node_design.ts";
import { readCount, readFlag, readKey, readNumber } from "./check_options.ts";

/** What nodes with coloured noise take for it. */
export interface NodeNoiseOptions {
  /** T, how many steps every sequence has; 5 if missing. */
  readonly T?: number;
  /** Whether the node hears noise; true if missing. `isTraining` of the node turns it on and off. */
  readonly isTraining?: boolean;
  /** The noise has a standard deviation of sigmaInit / √D; 0.5 if missing. */
  readonly sigmaInit?: number;
  /** The colour of the noise, whose power falls with frequency as f^-beta; 0, white, if missing. */
  readonly beta?: number;
}

/** The names of these options. */
export const noiseOptionNames: readonly string[] = ["T", "isTraining", "sigmaInit", "beta"];

/** The noise of a node, read from its options. */
export interface NodeNoise {
  /** Where it comes from. */
  readonly source: ColoredNoise;
  /** T. */
  readonly steps: number;
  /** Its colour. */
  readonly beta: number;
  /** Its standard deviation. */
  readonly sigma: number;
  /** A key that was not used before. */
  nextKey(): Key;
}

/**
 * @param units D.
 * @throws {TypeError} if an option is of the wrong kind.
 * @throws {RangeError} if a number is out of range.
 */
export function nodeNoise(
  node: string,
  options: NodeNoiseOptions & { readonly key?: Key },
  units: number,
  equations: NoisyEquations,
): NodeNoise {
  const steps = readCount(node, "T", options.T ?? 5);
  const beta = readNumber(node, "beta", options.beta ?? 0);
  const sigma = initialSigma(node, options, units);
  const isTraining = readFlag(node, "isTraining", options.isTraining ?? true);
  const parts = equations.output === undefined ? 1 : 2;
  let unused = split(options.key === undefined ? key(0) : readKey(node, options.key), 4)[3];
  return {
    source: new ColoredNoise({ node, units, steps, beta, parts, isTraining }),
    steps,
    beta,
    sigma,
    nextKey: () => {
      const [rest, next] = split(unused);
      unused = rest;
      return next;
    },
  };
}

/**
 * sigmaInit / √D.
 *
 * @throws {TypeError} if sigmaInit is not a number.
 * @throws {RangeError} if it is negative or not finite.
 */
export function initialSigma(
  node: string,
  { sigmaInit = 0.5 }: NodeNoiseOptions,
  units: number,
): number {
  return readNumber(node, "sigmaInit", sigmaInit, { min: 0 }) / Math.sqrt(units);
}

/** The design of a node that hears this noise. */
export function withNoise(
  design: NodeDesign,
  equations: NoisyEquations,
  { source, sigma }: NodeNoise,
): NodeDesign {
  const { input, output } = equations;
  const sigmas = { [input]: sigma, ...output !== undefined && { [output]: sigma } };
  return {
    ...design,
    defaults: { ...design.defaults, ...sigmas },
    noise: { ...equations, source },
  };
}
