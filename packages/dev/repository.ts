/**
 * The address of the repository, such as `https://host/owner/spikeloop`, without a slash at its
 * end. It is the one place that names it: package.json, the README on npm and the site's links to
 * the source follow. While it is empty, they are left out.
 *
 * `deno run packages/dev/repository.ts --check <address>` fails unless it is that address: a
 * release needs it.
 *
 * @module
 */
export const repository: string = "";

/** Returns the address of a file at a version; undefined while the repository has no address. */
export function sourceLink(
  path: string,
  version: string,
  address: string = repository,
): string | undefined {
  return address === "" ? undefined : `${address}/blob/v${version}/${path}`;
}

if (import.meta.main) {
  const [flag, address] = Deno.args;
  if (flag !== "--check" || repository !== address) {
    console.error(
      `Cannot release: packages/dev/repository.ts names "${repository}", expected "${address}"`,
    );
    Deno.exit(1);
  }
}
