import type { ApiModule } from "./read_reference.ts";

/**
 * Returns a function that finds where a name is explained, from the root of the site. A name that
 * several packages explain is found in the package at hand alone.
 */
export function nameLinks(
  modules: readonly ApiModule[],
): (name: string, module?: ApiModule) => string | undefined {
  const addresses = new Map<string, Set<string>>();
  for (const { name, address } of modules.flatMap(({ symbols }) => symbols)) {
    addresses.set(name, (addresses.get(name) ?? new Set()).add(address));
  }
  return (name, module) => {
    const own = module?.symbols.find((symbol) => symbol.name === name);
    if (own !== undefined) return own.address;
    const [address, ...others] = addresses.get(name) ?? [];
    return others.length === 0 ? address : undefined;
  };
}
