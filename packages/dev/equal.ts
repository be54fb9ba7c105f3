import { isDeepStrictEqual } from "node:util";

type Numbers = ArrayLike<number | bigint>;

/**
 * Structural equality as `@std/assert` defines it: NaN equals NaN and 0 equals -0, also inside
 * arrays, typed arrays and plain records; prototypes must agree; the rest is Node's
 * `isDeepStrictEqual`.
 */
export function equal(a: unknown, b: unknown): boolean {
  if (a === b || Object.is(a, b)) return true;
  if (!isObject(a) || !isObject(b)) return false;
  const prototype = Object.getPrototypeOf(a);
  if (prototype !== Object.getPrototypeOf(b)) return false;
  if (ArrayBuffer.isView(a) && !(a instanceof DataView)) {
    return equalNumbers(a as unknown as Numbers, b as unknown as Numbers);
  }
  if (prototype === Object.prototype || prototype === Array.prototype || prototype === null) {
    return equalRecords(a, b);
  }
  return isDeepStrictEqual(a, b);
}

function isObject(x: unknown): x is Record<PropertyKey, unknown> {
  return typeof x === "object" && x !== null;
}

function equalNumbers(a: Numbers, b: Numbers): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) {
    if (a[i] !== b[i] && !Object.is(a[i], b[i])) return false;
  }
  return true;
}

function equalRecords(
  a: Record<PropertyKey, unknown>,
  b: Record<PropertyKey, unknown>,
): boolean {
  const keys = Reflect.ownKeys(a);
  if (keys.length !== Reflect.ownKeys(b).length) return false;
  return keys.every((key) => Object.hasOwn(b, key) && equal(a[key], b[key]));
}
