/**
 * The module behind `import ... from "@std/assert"` in this repository: the real package where it
 * can be downloaded, otherwise a stand-in with the same meaning, so that tests and documentation
 * examples need no network.
 *
 * @module
 */
import type { Assertions } from "./assertions.ts";
import { standInAssert } from "./stand_in_assert.ts";

/** How long to wait for a network that never answers, in milliseconds. */
const patience = 5000;

/** Not written in the import below, because Deno would fetch it there before any time-out. */
const real: string = "@std/assert/jsr";

async function realAssert(): Promise<Assertions | undefined> {
  try {
    return await import(real);
  } catch {
    return undefined; // Offline, or the registry is out of reach: the stand-in is meant for this.
  }
}

async function chooseAssert(): Promise<Assertions> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const tired = new Promise<undefined>((resolve) => {
    timer = setTimeout(() => resolve(undefined), patience);
  });
  const loaded = await Promise.race([realAssert(), tired]);
  clearTimeout(timer);
  return loaded ?? standInAssert;
}

const chosen: Assertions = await chooseAssert();

/** Whether the assertions are the stand-in, since the real package is out of reach. */
export const isStandIn: boolean = chosen === standInAssert;

export const AssertionError: Assertions["AssertionError"] = chosen.AssertionError;
export const assert: Assertions["assert"] = chosen.assert;
export const assertAlmostEquals: Assertions["assertAlmostEquals"] = chosen.assertAlmostEquals;
export const assertArrayIncludes: Assertions["assertArrayIncludes"] = chosen.assertArrayIncludes;
export const assertEquals: Assertions["assertEquals"] = chosen.assertEquals;
export const assertExists: Assertions["assertExists"] = chosen.assertExists;
export const assertFalse: Assertions["assertFalse"] = chosen.assertFalse;
export const assertGreater: Assertions["assertGreater"] = chosen.assertGreater;
export const assertGreaterOrEqual: Assertions["assertGreaterOrEqual"] = chosen.assertGreaterOrEqual;
export const assertInstanceOf: Assertions["assertInstanceOf"] = chosen.assertInstanceOf;
export const assertIsError: Assertions["assertIsError"] = chosen.assertIsError;
export const assertLess: Assertions["assertLess"] = chosen.assertLess;
export const assertLessOrEqual: Assertions["assertLessOrEqual"] = chosen.assertLessOrEqual;
export const assertMatch: Assertions["assertMatch"] = chosen.assertMatch;
export const assertNotEquals: Assertions["assertNotEquals"] = chosen.assertNotEquals;
export const assertNotMatch: Assertions["assertNotMatch"] = chosen.assertNotMatch;
export const assertNotStrictEquals: Assertions["assertNotStrictEquals"] =
  chosen.assertNotStrictEquals;
export const assertRejects: Assertions["assertRejects"] = chosen.assertRejects;
export const assertStrictEquals: Assertions["assertStrictEquals"] = chosen.assertStrictEquals;
export const assertStringIncludes: Assertions["assertStringIncludes"] = chosen.assertStringIncludes;
export const assertThrows: Assertions["assertThrows"] = chosen.assertThrows;
export const fail: Assertions["fail"] = chosen.fail;
export const unreachable: Assertions["unreachable"] = chosen.unreachable;
