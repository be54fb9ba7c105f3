/** The version of this package, for reports. `deno task bump` writes it. */
export const version = "0.1.0";
