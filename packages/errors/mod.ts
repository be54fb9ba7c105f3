/**
 * What error messages are made of: a value as they show it, and records of options whose misspelt names are found.
 *
 * @module
 */
export { checkOptions } from "./check_options.ts";
export { closest } from "./closest.ts";
export { describe, describeOption } from "./describe.ts";
