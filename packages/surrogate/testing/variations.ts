import { type Surrogate, surrogate } from "../mod.ts";

type Params = Readonly<Record<string, number>>;

/** One built-in surrogate at a few parameters, with known properties of its maths. */
interface Family {
  readonly name: string;
  readonly params: readonly Params[];
  /** The inputs where the slope jumps or bends. */
  kinks?(p: Params): readonly number[];
  /** The slope's integral over the line, if it has one. */
  integral?(p: Params): number;
  /** The largest difference of the slope from the primitive's derivative, 1e-6 by default. */
  readonly tolerance?: number;
  /** The error in float32 over [-6, 6], relative to the largest value, 4e-7 by default. */
  readonly float32?: number;
}

const alphas = [0.3, 1, 2.5, 7].map((alpha) => ({ alpha }));
const one = () => 1;

export const families: readonly Family[] = [
  { name: "atan", params: alphas, integral: one },
  { name: "deterministicPass", params: [{}] },
  { name: "erf", params: alphas, integral: one },
  {
    name: "fakeNumericalGradient",
    params: alphas,
    kinks: ({ alpha }) => [0, 1 / alpha, -1 / alpha],
  },
  { name: "fastSigmoid", params: alphas, kinks: () => [0], integral: ({ alpha }) => 2 / alpha },
  {
    name: "gaussian",
    params: [{ sigma: 0.2 }, { sigma: 0.5 }, { sigma: 3 }],
    integral: one,
  },
  { name: "leakyKReLU", params: [{ leak: 0.2, k: 3 }, { leak: -1, k: 0.5 }], kinks: () => [0] },
  { name: "logTailedReLU", params: [{ alpha: 0 }, { alpha: 0.3 }], kinks: () => [0, 1] },
  {
    name: "multiLevelSpikeCount",
    params: [{ maxSpikeCount: 1 }, { maxSpikeCount: 3 }],
    kinks: ({ maxSpikeCount }) => [0, maxSpikeCount],
    integral: ({ maxSpikeCount }) => maxSpikeCount,
  },
  { name: "nonzeroSignLogAbs", params: alphas, kinks: () => [0] },
  { name: "piecewiseExp", params: alphas, kinks: () => [0], integral: one },
  {
    name: "piecewiseLeakyReLU",
    params: [{ w: 0.4, c: 0.2 }, { w: 2, c: -0.1 }],
    kinks: ({ w }) => [-w, w],
  },
  {
    name: "piecewiseLeakyReLU",
    params: [{ w: 0.4, c: 0 }, { w: 2, c: 0 }],
    kinks: ({ w }) => [-w, w],
    integral: one,
  },
  {
    name: "piecewiseQuadratic",
    params: alphas,
    kinks: ({ alpha }) => [-1 / alpha, 0, 1 / alpha],
    integral: one,
  },
  { name: "poissonPass", params: [{}] },
  {
    name: "qPseudoSpike",
    params: [{ alpha: 1.5 }, { alpha: 2 }, { alpha: 4.5 }],
    kinks: () => [0],
    integral: one,
  },
  {
    name: "rect",
    params: alphas,
    kinks: ({ alpha }) => [-0.5 / alpha, 0.5 / alpha],
    integral: one,
  },
  {
    name: "s2nn",
    params: [{ alpha: 3, beta: 0.5 }, { alpha: 1, beta: 2 }],
    kinks: () => [0],
    tolerance: 1.1e-5, // the primitive's logarithm is of u + 1 + 1e-5
  },
  { name: "sigmoid", params: alphas, integral: one },
  { name: "softSign", params: alphas, kinks: () => [0], integral: one },
  {
    name: "squarewaveFourierSeries",
    params: [{ n: 1, tPeriod: 8 }, { n: 3, tPeriod: 2 }, { n: 9, tPeriod: 20 }],
    float32: 6e-6, // a wave's phase k w u is rounded, by up to 57 * 2^-24 here
  },
  { name: "straightThrough", params: [{}] },
  { name: "superSpike", params: alphas, kinks: () => [0], integral: ({ alpha }) => 2 * alpha },
  {
    name: "triangle",
    params: [{ alpha: 0.3, w: 1 }, { alpha: 2, w: 0.25 }],
    kinks: ({ w }) => [-w, 0, w],
    integral: ({ alpha, w }) => alpha * w,
  },
];

/** Every family at each of its parameters. */
export const variations: readonly {
  title: string;
  s: Surrogate;
  family: Family;
  params: Params;
}[] = families.flatMap((family) =>
  family.params.map((params) => ({
    title: `${family.name}(${JSON.stringify(params)})`,
    s: surrogate(family.name, params),
    family,
    params,
  }))
);
