import { cosOfTurn, sinOfTurn } from "./turn.ts";

/**
 * The function from a spectrum of ⌊n/2⌋ + 1 frequencies to its n real samples, in double precision:
 *
 *     y[t] = 1/n · Σₖ X[k]·exp(2πi·k·t/n),   k = 0 .. n - 1,   X[n - k] the conjugate of X[k]
 *
 * Any n: it is split by its prime factors, so that the effort is n times their sum.
 */
export function inverseRealFft(
  n: number,
): (re: Float64Array, im: Float64Array) => Float64Array<ArrayBuffer> {
  const cos = Float64Array.from({ length: n }, (_, j) => cosOfTurn(j, n));
  const sin = Float64Array.from({ length: n }, (_, j) => sinOfTurn(j, n));

  /**
   * Transforms every `stride`-th of the numbers from `start` on, `size` of them, into `out` from
   * `at` on.
   */
  function transform(
    x: Complex,
    start: number,
    stride: number,
    size: number,
    out: Complex,
    at: number,
  ): void {
    if (size === 1) {
      out.re[at] = x.re[start];
      out.im[at] = x.im[start];
      return;
    }
    const radix = smallestFactor(size);
    const part = size / radix;
    for (let r = 0; r < radix; r++) {
      transform(x, start + r * stride, stride * radix, part, out, at + r * part);
    }
    const re = new Float64Array(radix);
    const im = new Float64Array(radix);
    for (let k = 0; k < part; k++) {
      for (let r = 0; r < radix; r++) {
        re[r] = out.re[at + r * part + k];
        im[r] = out.im[at + r * part + k];
      }
      for (let q = 0; q < radix; q++) {
        let sumRe = 0;
        let sumIm = 0;
        for (let r = 0; r < radix; r++) {
          const angle = r * (k + q * part) % size * (n / size);
          sumRe += re[r] * cos[angle] - im[r] * sin[angle];
          sumIm += re[r] * sin[angle] + im[r] * cos[angle];
        }
        out.re[at + q * part + k] = sumRe;
        out.im[at + q * part + k] = sumIm;
      }
    }
  }

  return (re, im) => {
    const whole = { re: new Float64Array(n), im: new Float64Array(n) };
    for (let k = 0; k < n; k++) {
      const mirrored = k > n / 2;
      whole.re[k] = re[mirrored ? n - k : k];
      whole.im[k] = mirrored ? -im[n - k] : im[k];
    }
    const out = { re: new Float64Array(n), im: new Float64Array(n) };
    transform(whole, 0, 1, n, out, 0);
    return out.re.map((y) => y / n);
  };
}

interface Complex {
  readonly re: Float64Array;
  readonly im: Float64Array;
}

function smallestFactor(n: number): number {
  for (let p = 2; p * p <= n; p++) if (n % p === 0) return p;
  return n;
}
