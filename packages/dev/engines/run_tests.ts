/** How a test went; no `error` means that it passed. */
export interface TestOutcome {
  readonly name: string;
  readonly error?: string;
}

/**
 * Runs tests in an engine that has no `Deno`: defines the part of it that suites use, with `read`
 * for files, lets the suites register their tests, and runs these one after the other.
 */
export async function runTests(
  register: () => Promise<() => void>,
  read: (url: URL) => Promise<Uint8Array>,
): Promise<TestOutcome[]> {
  const tests: { readonly name: string; readonly fn: () => unknown }[] = [];
  Object.assign(globalThis, {
    Deno: {
      test: (name: string, fn: () => unknown) => tests.push({ name, fn }),
      readFile: read,
      readTextFile: async (url: URL) => new TextDecoder().decode(await read(url)),
      env: { get: () => undefined },
    },
  });
  const end = await register();
  const outcomes: TestOutcome[] = [];
  for (const { name, fn } of tests) outcomes.push({ name, ...await outcomeOf(fn) });
  end();
  return outcomes;
}

async function outcomeOf(fn: () => unknown): Promise<{ readonly error?: string }> {
  try {
    await fn();
    return {};
  } catch (error) {
    return { error: error instanceof Error ? error.stack ?? error.message : String(error) };
  }
}
