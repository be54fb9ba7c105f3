import { checkSize } from "@spikeloop/backend";
import { checkOptions, describe, fail, takeCount, takeNumber } from "@spikeloop/errors";
import { type Key, normal, split } from "@spikeloop/random";
import { inverseRealFft } from "./inverse_real_fft.ts";

/** The options of `powerlawPsdGaussian`. */
export interface PowerlawOptions {
  /**
   * Below this frequency, in units of the sampling rate and from 0 to 1/2, the spectrum is flat; 0
   * if missing.
   */
  readonly fmin?: number;
}

/** Standard normal numbers, one per row and frequency: row-major [rows, ⌊n/2⌋ + 1]. */
export interface Normals {
  /** For the real parts. */
  readonly re: ArrayLike<number>;
  /** For the imaginary parts. */
  readonly im: ArrayLike<number>;
}

/**
 * Gaussian noise whose power falls with frequency as (1/f)^exponent: 0 is white, 1 pink, 2 red
 * noise. In double precision, row-major, independent along all axes but the last, which is time: n
 * samples with
 *
 *     f[k] = k/n,   scale[k] = f[k]^(-exponent/2),   y = irfft(scale · (normal + i·normal)) / σ,
 *     σ = 2/n · √Σ scale[k]²   over k >= 1, the last one halved where n is even
 *
 * The frequencies below max(fmin, 1/n), among them 0, take the scale of the first one that is not.
 * The standard deviation is about 1.
 *
 * Source: Timmer and König, "On generating power law noise", Astronomy and Astrophysics 300, 1995,
 * as SpikingJelly's `powerlaw_psd_gaussian`.
 *
 * @throws {TypeError} if the exponent or fmin is not a number, or the key is none.
 * @throws {RangeError} if the exponent is not finite, the size is not one of integers, there are
 * fewer than 2 samples, fmin is not from 0 to 1/2 or above all frequencies.
 *
 * @example
 * ```ts
 * import { powerlawPsdGaussian } from "@spikeloop/nodes";
 * import { key } from "@spikeloop/random";
 * import { assertEquals } from "@std/assert";
 *
 * const pink = powerlawPsdGaussian(key(0), 1, [3, 100]);
 * assertEquals(pink.length, 300);
 * ```
 */
export function powerlawPsdGaussian(
  key: Key,
  exponent: number,
  size: number | readonly number[],
  options: PowerlawOptions = {},
): Float64Array<ArrayBuffer> {
  const shape = typeof size === "number" ? [size] : size;
  if (
    !Array.isArray(shape) || shape.length === 0 ||
    !Array.from(shape).every((n) => Number.isSafeInteger(n) && n >= 0)
  ) {
    const text = Array.isArray(size) ? `[${Array.from(size, describe)}]` : describe(size);
    fail(
      `make power-law noise of size ${text}`,
      "expected integers of at least 0, the last one the number of samples",
      RangeError,
    );
  }
  checkSize(shape, "powerlawPsdGaussian");
  const samples = shape[shape.length - 1];
  checkOptions("draw power-law noise", options, ["fmin"]);
  const spectrum = powerlawSpectrum(exponent, samples, options.fmin);
  const rows = shape.slice(0, -1).reduce((product, n) => product * n, 1);
  const [reKey, imKey] = split(key);
  const draw = (k: Key) => normal(k, [rows, spectrum.scale.length]).dataSync();
  return colour(spectrum, rows, samples, { re: draw(reKey), im: draw(imKey) });
}

/** The strength of every frequency. */
export interface Spectrum {
  /** Per frequency k/n, k = 0 .. ⌊n/2⌋. */
  readonly scale: Float64Array;
  /** The samples are divided by this. */
  readonly sigma: number;
}

/**
 * Returns the spectrum of noise of so many samples.
 *
 * @throws {TypeError} if the exponent or fmin is not a number.
 * @throws {RangeError} if a number is out of range.
 */
export function powerlawSpectrum(exponent: number, samples: number, fmin = 0): Spectrum {
  const action = "make power-law noise";
  takeNumber(action, "the exponent", exponent);
  takeNumber(action, "fmin", fmin, { min: 0, max: 0.5 });
  takeCount(action, "the number of samples", samples, 2);
  const frequencies = Array.from(
    { length: Math.floor(samples / 2) + 1 },
    (_, k) => k * (1 / samples),
  );
  const cut = frequencies.find((f) => f >= Math.max(fmin, 1 / samples));
  if (cut === undefined) {
    const top = frequencies[frequencies.length - 1];
    return fail(
      action,
      `fmin is ${fmin}, above ${top}, the highest frequency of a sequence of length ${samples}`,
      RangeError,
    );
  }
  const scale = Float64Array.from(frequencies, (f) => strength(Math.max(f, cut), exponent));
  const last = scale.length - 1;
  const power = scale.reduce((sum, s, k) => {
    const w = k === last ? s * (1 + samples % 2) / 2 : s;
    return k === 0 ? 0 : sum + w * w;
  }, 0);
  return { scale, sigma: 2 * Math.sqrt(power) / samples };
}

/**
 * f^(-exponent/2), for white, pink and red noise in operations whose bits are the same everywhere.
 */
function strength(f: number, exponent: number): number {
  switch (exponent) {
    case 0:
      return 1;
    case 1:
      return 1 / Math.sqrt(f);
    case 2:
      return 1 / f;
    default:
      return f ** (-exponent / 2);
  }
}

/** Returns noise with this spectrum, [rows, samples], from standard normal numbers. */
export function colour(
  { scale, sigma }: Spectrum,
  rows: number,
  samples: number,
  normals: Normals,
): Float64Array<ArrayBuffer> {
  const invert = inverseRealFft(samples);
  const count = scale.length;
  const noise = new Float64Array(rows * samples);
  for (let row = 0; row < rows; row++) {
    const re = scale.map((s, k) => s * normals.re[row * count + k]);
    const im = scale.map((s, k) => s * normals.im[row * count + k]);
    // A frequency that is its own mirror image is real, and has all of its power there.
    for (const k of samples % 2 === 0 ? [0, count - 1] : [0]) {
      re[k] *= Math.SQRT2;
      im[k] = 0;
    }
    noise.set(invert(re, im).map((y) => y / sigma), row * samples);
  }
  return noise;
}
