/** Options of `deno test` that take the argument after them as their value. */
const takesValue: ReadonlySet<string> = new Set(["--filter", "--junit-path", "--reporter"]);

/** What `deno task test` was asked to run. */
export interface TestArguments {
  readonly options: readonly string[];
  /** Files and folders to test; empty means the whole repository. */
  readonly paths: readonly string[];
}

/** Tells the options of `deno test` from the paths to test. A leading `--` is dropped. */
export function testArguments(args: readonly string[]): TestArguments {
  const given = args[0] === "--" ? args.slice(1) : args;
  const isOption = given.map((arg, i) => arg.startsWith("-") || takesValue.has(given[i - 1]));
  return {
    options: given.filter((_, i) => isOption[i]),
    paths: given.filter((_, i) => !isOption[i]),
  };
}
