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
 * The seconds in which a program must end once it is killed, and in which programs that it started
 * must close its output. One that a driver holds may never end.
 */
const grace = 2;

/** Reads a stream until it ends, or is stopped. */
function collect(stream: ReadableStream<Uint8Array<ArrayBuffer>>) {
  const reader = stream.getReader();
  const chunks: Uint8Array<ArrayBuffer>[] = [];
  const readAll = async () => {
    for (;;) {
      const { value } = await reader.read();
      if (value === undefined) return;
      chunks.push(value);
    }
  };
  return {
    ended: readAll(),
    stop: () => reader.cancel(),
    lines: async () => (await new Blob(chunks).text()).split("\n"),
  };
}

/** Waits for `work`, but no longer than so many seconds. */
async function within<T>(seconds: number, work: Promise<T>): Promise<T | undefined> {
  const late = Promise.withResolvers<undefined>();
  const timer = setTimeout(() => late.resolve(undefined), 1000 * seconds);
  const result = await Promise.race([work, late.promise]);
  clearTimeout(timer);
  return result;
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
  const [output, errors] = [collect(child.stdout), collect(child.stderr)];
  let status = await within(seconds, child.status);
  if (status === undefined) {
    child.kill("SIGKILL");
    status = await within(grace, child.status);
  }
  if (status === undefined) child.unref();
  await within(grace, Promise.all([output.ended, errors.ended]));
  await Promise.all([output.stop(), errors.stop()]);
  return {
    code: status?.code ?? 137,
    signal: status === undefined ? "SIGKILL" : status.signal,
    lines: (await output.lines()).slice(0, -1),
    errors: (await errors.lines()).filter((line) => line.trim() !== ""),
  };
}
