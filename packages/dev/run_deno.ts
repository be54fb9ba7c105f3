import { tmpdir } from "node:os";
import { fileURLToPath } from "node:url";

/** The root folder of the repository. */
export const repositoryRoot: string = fileURLToPath(new URL("../../", import.meta.url));

/** How a child process ended, and everything it printed. */
export interface Outcome {
  readonly code: number;
  readonly output: string;
}

/** How `runDeno` runs a child. */
export interface RunDenoOptions {
  /** Whether the output of the child appears while it runs; false if missing. */
  readonly echo?: boolean;
  /** The folder where it runs; the root of the repository if missing. */
  readonly cwd?: string;
}

/** Runs this very Deno, so that no `deno` need be on the PATH. */
export async function runDeno(
  args: readonly string[],
  { echo = false, cwd = repositoryRoot }: RunDenoOptions = {},
): Promise<Outcome> {
  const child = new Deno.Command(Deno.execPath(), {
    args: [...args],
    cwd,
    env: childEnvironment(echo && Deno.stdout.isTerminal()),
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const chunks: string[] = [];
  const [{ code }] = await Promise.all([
    child.status,
    collect(child.stdout, chunks, echo ? Deno.stdout : undefined),
    collect(child.stderr, chunks, echo ? Deno.stderr : undefined),
  ]);
  return { code, output: chunks.join("") };
}

function childEnvironment(colour: boolean): Record<string, string> {
  // Vulkan loaders complain on every start where no XDG_RUNTIME_DIR is set.
  const runtime = Deno.env.get("XDG_RUNTIME_DIR") ?? tmpdir();
  return { XDG_RUNTIME_DIR: runtime, ...(colour ? { FORCE_COLOR: "1" } : { NO_COLOR: "1" }) };
}

async function collect(
  stream: ReadableStream<Uint8Array>,
  chunks: string[],
  sink: typeof Deno.stdout | undefined,
): Promise<void> {
  const decoder = new TextDecoder();
  for await (const bytes of stream) {
    for (let at = 0; sink && at < bytes.length;) at += await sink.write(bytes.subarray(at));
    chunks.push(decoder.decode(bytes, { stream: true }));
  }
}
