// Sine and cosine of float64 with the same bits in every engine. The functions of Math may differ
// between engines, and one bit is enough to send two pendulums apart. After fdlibm's k_sin.c,
// k_cos.c and e_rem_pio2.c (Sun, 1993). Coloured noise has cosines of its own (turn.ts): they are
// exact at quarter turns, which no angle in radians is, and two thirds of their bits would change
// with these.

import { fail } from "@spikeloop/errors";

/** The first 33 bits of π/2, so that products with integers below 2²⁰ are exact. */
const quarterTurn = 1.57079632673412561417;
/** π/2 less `quarterTurn`. */
const quarterTurnRest = 6.07710050650619224932e-11;

/** z · (c0 + z · (c1 + ...)) */
const polynomial = (z: number, ...coefficients: number[]) =>
  z * coefficients.reduceRight((sum, c) => c + z * sum, 0);

/** sin(y + rest) for |y| <= π/4. */
function smallSine(y: number, rest: number): number {
  const z = y * y;
  const tail = polynomial(
    z,
    8.33333333332248946124e-3,
    -1.98412698298579493134e-4,
    2.75573137070700676789e-6,
    -2.50507602534068634195e-8,
    1.58969099521155010221e-10,
  );
  const cube = z * y;
  return y + (cube * (tail - 1.66666666666666324348e-1) + rest * (1 - 0.5 * z));
}

/** cos(y + rest) for |y| <= π/4. */
function smallCosine(y: number, rest: number): number {
  const z = y * y;
  const tail = polynomial(
    z,
    4.16666666666666019037e-2,
    -1.38888888888741095749e-3,
    2.48015872894767294178e-5,
    -2.75573143513906633035e-7,
    2.08757232129817482790e-9,
    -1.13596475577881948265e-11,
  );
  const half = 0.5 * z;
  const whole = 1 - half;
  return whole + (((1 - whole) - half) + (z * tail - y * rest));
}

/**
 * Sine and cosine of an angle in radians, to within about 1e-16.
 *
 * @throws {RangeError} if the angle is not a number, or beyond 2²⁰: only rounding errors remain of
 * it after whole turns.
 */
export function sineCosine(angle: number): readonly [sine: number, cosine: number] {
  if (!(Math.abs(angle) <= 2 ** 20)) {
    fail(`take the sine of ${angle}`, "expected an angle of at most 2²⁰", RangeError);
  }
  const quarters = Math.round(angle * (2 / Math.PI));
  const near = angle - quarters * quarterTurn;
  const y = near - quarters * quarterTurnRest;
  const rest = (near - y) - quarters * quarterTurnRest;
  const [sine, cosine] = [smallSine(y, rest), smallCosine(y, rest)];
  switch (((quarters % 4) + 4) % 4) {
    case 0:
      return [sine, cosine];
    case 1:
      return [cosine, -sine];
    case 2:
      return [-sine, -cosine];
    default:
      return [-cosine, sine];
  }
}
