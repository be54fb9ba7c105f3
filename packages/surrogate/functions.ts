// Every built-in surrogate. The registry finds them by the names they are exported under, here and
// nowhere else.
export * from "./functions/count.ts";
export * from "./functions/exponential.ts";
export * from "./functions/fourier.ts";
export * from "./functions/pass.ts";
export * from "./functions/piecewise.ts";
export * from "./functions/rational.ts";
export * from "./functions/rectified.ts";
export * from "./functions/tails.ts";
