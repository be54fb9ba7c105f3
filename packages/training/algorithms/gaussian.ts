import * as e from "@spikeloop/expr";
import { elementwise, elementwiseAll, type Tensor } from "@spikeloop/tensor";

/** ½ log 2π */
const halfLogTwoPi = 0.5 * Math.log(2 * Math.PI);

/**
 * Draws u = mean + e^logStd · ε, and computes the share of each number in the logarithm of the
 * probability density of a = tanh u:
 *
 *     log p = -ε² / 2 - logStd - ½ log 2π - log(1 - tanh² u)
 *     log(1 - tanh² u) = 2 (log 2 - u - log(1 + e^(-2u)))
 */
const drawSquashed = /* @__PURE__ */ elementwiseAll(
  "draw an action",
  3,
  (mean, logStd, noise) => {
    const u = e.add(mean, e.mul(e.exp(logStd), noise));
    const normal = e.sub(e.mul(-0.5, e.mul(noise, noise)), e.add(logStd, halfLogTwoPi));
    // log(1 + e^x) = max(x, 0) + log(1 + e^-|x|) does not overflow.
    const x = e.mul(-2, u);
    const softplus = e.add(e.max(x, 0), e.log(e.add(1, e.exp(e.neg(e.abs(x))))));
    const slope = e.mul(2, e.sub(e.sub(Math.LN2, u), softplus));
    return [u, e.sub(normal, slope)];
  },
);

/**
 * Draws numbers u of normal distributions from standard normal noise, and returns them with the
 * logarithms of the densities of tanh u, number by number.
 */
export function drawGaussian(
  mean: Tensor,
  logStd: Tensor,
  noise: Tensor,
): [u: Tensor, logDensity: Tensor] {
  const [u, logDensity] = drawSquashed(mean, logStd, noise);
  return [u, logDensity];
}

/** The logarithm of the density of normal distributions at u, number by number. */
export const gaussianLogDensity: (u: Tensor, mean: Tensor, logStd: Tensor) => Tensor =
  /* @__PURE__ */ elementwise("log density", 3, (u, mean, logStd) => {
    const z = e.mul(e.sub(u, mean), e.exp(e.neg(logStd)));
    return e.sub(e.mul(-0.5, e.mul(z, z)), e.add(logStd, halfLogTwoPi));
  });

/** The entropy of a normal distribution with log-std 0: ½ + ½ log 2π. */
export const unitEntropy: number = 0.5 + halfLogTwoPi;
