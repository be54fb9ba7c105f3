/**
 * The wording of error messages, and the checks of options that throw them.
 *
 * @module
 */
export { canonical, closest, didYouMean } from "./closest.ts";
export { describe, describeOption, isRecord, isVector, shorten, showCount } from "./describe.ts";
export { type ErrorKind, fail, refuse } from "./fail.ts";
export {
  checkNames,
  checkOptions,
  type Range,
  takeCount,
  takeFlag,
  takeFunction,
  takeList,
  takeNumber,
  takeOneOf,
  takeRecord,
  takeText,
} from "./options.ts";
