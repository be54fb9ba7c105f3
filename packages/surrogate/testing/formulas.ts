// Every surrogate once more, as plain arithmetic on doubles, to compare the expressions with.

type P = Readonly<Record<string, number>>;

/** h' and, if there is one, h. */
interface Formula {
  readonly slope: (x: number, p: P) => number;
  readonly primitive?: (x: number, p: P) => number;
}

const { abs, atan, cos, exp, log, PI, sin, sqrt } = Math;
const s = (z: number) => 1 / (1 + exp(-z));
const clamp = (x: number, low: number, high: number) => Math.min(Math.max(x, low), high);

/** erfc in double precision: a series for small |x|, a continued fraction for the tail. */
export function erfc(x: number): number {
  if (x < 0) return 2 - erfc(-x);
  if (x < 2) {
    let term = x;
    let sum = x;
    for (let n = 1; n < 80; n++) sum += (term *= -x * x / n) / (2 * n + 1);
    return 1 - 2 / sqrt(PI) * sum;
  }
  let tail = 0;
  for (let k = 120; k > 0; k--) tail = k / 2 / (x + tail);
  return exp(-x * x) / sqrt(PI) / (x + tail);
}

function odds(n: number): number[] {
  return Array.from({ length: n - 1 }, (_, i) => 2 * i + 1);
}

function sum(values: readonly number[]): number {
  return values.reduce((a, b) => a + b, 0);
}

const pass: Formula = { slope: () => 1, primitive: (x) => x };

export const formulas: Readonly<Record<string, Formula>> = {
  atan: {
    slope: (x, { alpha: a }) => a / 2 / (1 + (PI / 2 * a * x) ** 2),
    primitive: (x, { alpha: a }) => atan(PI / 2 * a * x) / PI + 0.5,
  },
  deterministicPass: pass,
  erf: {
    slope: (x, { alpha: a }) => a / sqrt(PI) * exp(-((a * x) ** 2)),
    primitive: (x, { alpha: a }) => erfc(-a * x) / 2,
  },
  fakeNumericalGradient: { slope: (x, { alpha: a }) => Math.min(1 / abs(x), a) },
  fastSigmoid: {
    slope: (x, { alpha: a }) => 1 / (1 + a * abs(x)) ** 2,
    primitive: (x, { alpha: a }) => x / (1 + a * abs(x)),
  },
  gaussian: {
    slope: (x, { sigma }) => exp(-(x * x) / (2 * sigma ** 2)) / (sigma * sqrt(2 * PI)),
    primitive: (x, { sigma }) => erfc(-x / (sigma * sqrt(2))) / 2,
  },
  leakyKReLU: {
    slope: (x, { leak, k }) => x >= 0 ? k : leak,
    primitive: (x, { leak, k }) => x >= 0 ? k * x : leak * x,
  },
  logTailedReLU: {
    slope: (x, { alpha: a }) => x <= 0 ? a : x <= 1 ? 1 : 1 / x,
    primitive: (x, { alpha: a }) => x <= 0 ? a * x : x <= 1 ? x : log(x) + 1,
  },
  multiLevelSpikeCount: {
    slope: (x, { maxSpikeCount }) => x >= 0 && x <= maxSpikeCount ? 1 : 0,
    primitive: (x, { maxSpikeCount }) => clamp(x, 0, maxSpikeCount),
  },
  nonzeroSignLogAbs: {
    slope: (x, { alpha: a }) => 1 / (1 / a + abs(x)),
    primitive: (x, { alpha: a }) => (x >= 0 ? 1 : -1) * log(1 + a * abs(x)),
  },
  piecewiseExp: {
    slope: (x, { alpha: a }) => a / 2 * exp(-a * abs(x)),
    primitive: (x, { alpha: a }) => x >= 0 ? 1 - exp(-a * x) / 2 : exp(a * x) / 2,
  },
  piecewiseLeakyReLU: {
    slope: (x, { w, c }) => abs(x) < w ? 1 / (2 * w) : c,
    primitive: (x, { w, c }) =>
      x < -w ? c * x + c * w : x > w ? c * x - c * w + 1 : x / (2 * w) + 0.5,
  },
  piecewiseQuadratic: {
    slope: (x, { alpha: a }) => abs(x) > 1 / a ? 0 : a - a * a * abs(x),
    primitive: (x, { alpha: a }) =>
      x < -1 / a ? 0 : x > 1 / a ? 1 : -a * a / 2 * x * abs(x) + a * x + 0.5,
  },
  poissonPass: pass,
  qPseudoSpike: {
    slope: (x, { alpha: a }) => (1 + 2 * abs(x) / (a - 1)) ** -a,
    primitive: (x, { alpha: a }) => {
      const tail = (1 + 2 * abs(x) / (a - 1)) ** (1 - a) / 2;
      return x >= 0 ? 1 - tail : tail;
    },
  },
  rect: {
    slope: (x, { alpha: a }) => abs(x) < 0.5 / a ? a : 0,
    primitive: (x, { alpha: a }) => clamp(a * x + 0.5, 0, 1),
  },
  s2nn: {
    slope: (x, { alpha: a, beta }) => x < 0 ? a * s(a * x) * (1 - s(a * x)) : beta / (x + 1),
    primitive: (x, { alpha: a, beta }) => x < 0 ? s(a * x) : beta * log(abs(x + 1) + 1e-5) + 0.5,
  },
  sigmoid: {
    slope: (x, { alpha: a }) => a * s(a * x) * (1 - s(a * x)),
    primitive: (x, { alpha: a }) => s(a * x),
  },
  softSign: {
    slope: (x, { alpha: a }) => 1 / (2 * a * (1 / a + abs(x)) ** 2),
    primitive: (x, { alpha: a }) => (a * x / (1 + abs(a * x)) + 1) / 2,
  },
  squarewaveFourierSeries: {
    slope: (x, { n, tPeriod: T }) => 4 / T * sum(odds(n).map((k) => cos(k * 2 * PI * x / T))),
    primitive: (x, { n, tPeriod: T }) =>
      0.5 + 2 / PI * sum(odds(n).map((k) => sin(k * 2 * PI * x / T) / k)),
  },
  straightThrough: pass,
  superSpike: { slope: (x, { alpha: a }) => a / (1 + abs(x)) ** 2 },
  triangle: {
    slope: (x, { alpha: a, w }) => a * Math.max(0, 1 - abs(x) / w),
    primitive: (x, { alpha: a, w }) => {
      const z = clamp(x / w, -1, 1);
      return a * w * (z - z * abs(z) / 2 + 0.5);
    },
  },
};
