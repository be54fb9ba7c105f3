// Cosine and sine of fractions of a turn from additions and multiplications alone, whose bits are
// the same everywhere.

/** cos(2π·part/whole), of integers with 0 <= part <= whole. */
export function cosOfTurn(part: number, whole: number): number {
  if (2 * part > whole) return cosOfTurn(whole - part, whole);
  if (4 * part > whole) return -cosOfTurn(whole - 2 * part, 2 * whole);
  return 8 * part > whole
    ? alternating(2 * Math.PI * (whole - 4 * part) / (4 * whole), 1)
    : alternating(2 * Math.PI * part / whole, 0);
}

/** sin(2π·part/whole), of integers with 0 <= part <= whole. */
export function sinOfTurn(part: number, whole: number): number {
  return cosOfTurn(Math.abs(whole - 4 * part), 4 * whole);
}

/** The series xⁿ/n! - xⁿ⁺²/(n+2)! + ..., for x up to π/4: cos x from n = 0, sin x from n = 1. */
function alternating(x: number, n: 0 | 1): number {
  let sum = 1;
  for (let k = 18 + n; k > n; k -= 2) sum = 1 - sum * x * x / (k * (k - 1));
  return n === 0 ? sum : x * sum;
}
