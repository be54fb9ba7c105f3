/** Options of `deno test` that take the argument after them as their value. */
const takesValue: ReadonlySet<string> = new Set(["--filter", "--junit-path", "--reporter"]);

/** The arguments of `deno task test`. */
export interface TestArguments {
  readonly options: readonly string[];
  /** Files and folders to test; empty means the whole repository. */
  readonly paths: readonly string[];
}

/** Tells the options of `deno test` from the paths to test. A leading `--` is dropped. */
export function testArguments(args: readonly string[]): TestArguments {
  const own = args[0] === "--" ? args.slice(1) : args;
  const isOption = own.map((arg, i) => arg.startsWith("-") || takesValue.has(own[i - 1]));
  return {
    options: own.filter((_, i) => isOption[i]),
    paths: own.filter((_, i) => !isOption[i]),
  };
}
