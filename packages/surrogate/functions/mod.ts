// Every built-in surrogate. The registry finds each by its name here, so a new one needs a line
// here and nowhere else.
export { multiLevelSpikeCount, type MultiLevelSpikeCountOptions } from "./count.ts";
export { erf, gaussian, piecewiseExp, sigmoid } from "./exponential.ts";
export { squarewaveFourierSeries } from "./fourier.ts";
export { deterministicPass, poissonPass, straightThrough } from "./pass.ts";
export { piecewiseLeakyReLU, piecewiseQuadratic, rect, triangle } from "./piecewise.ts";
export { fastSigmoid, softSign, superSpike } from "./rational.ts";
export { fakeNumericalGradient, leakyKReLU, logTailedReLU, s2nn } from "./rectified.ts";
export { atan, nonzeroSignLogAbs, qPseudoSpike } from "./tails.ts";
