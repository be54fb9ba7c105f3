/** Returns the options with their defaults, which also stand for options that are undefined. */
export function withDefaults<O extends object, K extends keyof O>(
  options: O,
  defaults: { readonly [name in K]-?: O[name] },
): O & { readonly [name in K]-?: O[name] } {
  const given = Object.entries(options).filter(([, value]) => value !== undefined);
  return { ...options, ...defaults, ...Object.fromEntries(given) };
}
