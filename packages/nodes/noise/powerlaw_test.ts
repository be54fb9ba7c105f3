import { assertEquals, assertLess, assertNotEquals, assertThrows } from "@std/assert";
import { key } from "@spikeloop/random";
import { inverseRealFft } from "./inverse_real_fft.ts";
import { cosOfTurn, sinOfTurn } from "./turn.ts";
import { colour, powerlawPsdGaussian, powerlawSpectrum } from "./powerlaw.ts";

interface PowerlawCase {
  readonly exponent: number;
  readonly size: readonly number[];
  readonly fmin: number;
  readonly normalsRe: readonly number[];
  readonly normalsIm: readonly number[];
  readonly out: readonly number[];
}

const url = new URL("../testdata/noisy.json", import.meta.url);
const { powerlaw }: { powerlaw: PowerlawCase[] } = JSON.parse(await Deno.readTextFile(url));

Deno.test("coloured noise is the reference's, from the same normal numbers", () => {
  for (const { exponent, size, fmin, normalsRe, normalsIm, out } of powerlaw) {
    const samples = size[size.length - 1];
    const rows = out.length / samples;
    const noise = colour(powerlawSpectrum(exponent, samples, fmin), rows, samples, {
      re: normalsRe,
      im: normalsIm,
    });
    const worst = Math.max(...out.map((y, i) => Math.abs(noise[i] - y)));
    assertLess(worst, 1e-13, `exponent ${exponent}, size ${size}, fmin ${fmin}`);
  }
});

Deno.test("inverseRealFft() is the plain sum, for every length up to 40 and a large prime", () => {
  for (const n of [...Array.from({ length: 40 }, (_, i) => i + 1), 211]) {
    const count = Math.floor(n / 2) + 1;
    const re = Float64Array.from({ length: count }, (_, k) => Math.cos(3 * k * k + 1));
    const im = Float64Array.from({ length: count }, (_, k) => Math.sin(5 * k + 2));
    im[0] = 0;
    if (n % 2 === 0) im[count - 1] = 0;
    const got = inverseRealFft(n)(re, im);
    const expected = Array.from({ length: n }, (_, t) => {
      let sum = re[0];
      for (let k = 1; k < count; k++) {
        const angle = 2 * Math.PI * (k * t % n) / n;
        const twice = 2 * k === n ? 1 : 2;
        sum += twice * (re[k] * Math.cos(angle) - im[k] * Math.sin(angle));
      }
      return sum / n;
    });
    assertLess(Math.max(...expected.map((y, t) => Math.abs(got[t] - y))), 1e-13, `n = ${n}`);
  }
});

Deno.test("the same key gives the same noise, another one other noise", () => {
  const noise = powerlawPsdGaussian(key(1), 1, [2, 3, 10]);
  assertEquals(noise.length, 60);
  assertEquals(powerlawPsdGaussian(key(1), 1, [2, 3, 10]), noise);
  assertNotEquals(powerlawPsdGaussian(key(2), 1, [2, 3, 10]), noise);
});

Deno.test("white noise has a standard deviation of about 1, red noise is smoother", () => {
  const roughness = (exponent: number) => {
    const y = powerlawPsdGaussian(key(3), exponent, 5000);
    const square = (f: (i: number) => number) => y.reduce((sum, _, i) => sum + f(i) ** 2, 0);
    assertLess(Math.abs(Math.sqrt(square((i) => y[i]) / y.length) - 1), exponent === 0 ? 0.05 : 1);
    return square((i) => i === 0 ? 0 : y[i] - y[i - 1]) / square((i) => y[i]);
  };
  assertLess(roughness(1), roughness(0) / 2);
  assertLess(roughness(2), roughness(1) / 2);
});

Deno.test("what cannot be noise gives an error that says why", () => {
  const cases: [unknown, unknown, unknown, typeof TypeError | typeof RangeError, string][] = [
    [1, 1, 0, RangeError, "samples is 1, expected an integer of at least 2"],
    [1, [3, 2.5], 0, RangeError, "size [3,2.5]: expected integers"],
    [1, [], 0, RangeError, "size []"],
    [NaN, 10, 0, RangeError, "the exponent is NaN"],
    ["1", 10, 0, TypeError, 'the exponent is "1", expected a finite number'],
    [1, 10, 0.6, RangeError, "fmin is 0.6, expected a finite number of at least 0 and at most 0.5"],
    [1, 10, -0.1, RangeError, "fmin is -0.1"],
    [1, 7, 0.5, RangeError, "the highest frequency of a sequence of length 7"],
  ];
  for (const [exponent, size, fmin, kind, message] of cases) {
    assertThrows(
      () =>
        powerlawPsdGaussian(key(0), exponent as number, size as number, { fmin: fmin as number }),
      kind,
      message,
    );
  }
});

Deno.test("cosine and sine of parts of a turn are right to the last bits", () => {
  for (const n of [1, 2, 3, 7, 8, 12, 1000, 4999]) {
    for (let j = 0; j <= n; j++) {
      const angle = 2 * Math.PI * j / n;
      assertLess(Math.abs(cosOfTurn(j, n) - Math.cos(angle)), 1e-15, `cos ${j}/${n}`);
      assertLess(Math.abs(sinOfTurn(j, n) - Math.sin(angle)), 1e-15, `sin ${j}/${n}`);
    }
  }
});
