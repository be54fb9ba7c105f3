/** How a program ended, and everything it printed. */
export interface ProgramOutcome {
  readonly ok: boolean;
  readonly output: string;
}

/** Runs a program to its end; a program that cannot be started has failed. */
export async function runProgram(
  [program, ...args]: readonly [string, ...string[]],
  cwd: string,
): Promise<ProgramOutcome> {
  try {
    const { success, stdout, stderr } = await new Deno.Command(program, {
      args,
      cwd,
      stdin: "null",
      env: { NO_COLOR: "1" },
    }).output();
    const decoder = new TextDecoder();
    return { ok: success, output: decoder.decode(stdout) + decoder.decode(stderr) };
  } catch (error) {
    return { ok: false, output: String(error) };
  }
}

/** Runs a program that must succeed and returns its output. */
export async function mustRun(
  command: readonly [string, ...string[]],
  cwd: string,
): Promise<string> {
  const { ok, output } = await runProgram(command, cwd);
  if (!ok) throw new Error(`Cannot run ${command.join(" ")}:\n${output}`);
  return output;
}
