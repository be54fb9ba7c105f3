/** How a program ended, and what it had printed. */
export interface Ending {
  readonly code: number;
  readonly signal: Deno.Signal | null;
  /** The lines of its output; one that was cut short is dropped. */
  readonly lines: readonly string[];
  /** The lines of its errors. */
  readonly errors: readonly string[];
}

/**
 * Runs a program, and kills it after so many seconds.
 *
 * @throws {Error} if it cannot be started.
 */
export async function runFor(
  seconds: number,
  program: string,
  args: readonly string[],
): Promise<Ending> {
  const child = new Deno.Command(program, {
    args: [...args],
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const timer = setTimeout(() => child.kill("SIGKILL"), 1000 * seconds);
  const { code, signal, stdout, stderr } = await child.output();
  clearTimeout(timer);
  const linesOf = (bytes: Uint8Array) => new TextDecoder().decode(bytes).split("\n");
  const errors = linesOf(stderr).filter((line) => line.trim() !== "");
  return { code, signal, lines: linesOf(stdout).slice(0, -1), errors };
}
