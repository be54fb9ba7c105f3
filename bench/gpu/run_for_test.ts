import { assert, assertEquals } from "@std/assert";
import { runFor } from "./run_for.ts";

const evaluate = (code: string) => runFor(300, Deno.execPath(), ["eval", code]);

Deno.test("runFor() returns the lines of a program, and its code", async () => {
  const { code, signal, lines, errors } = await evaluate(
    'console.log("1\\n2"); console.error("x"); Deno.stdout.writeSync(new Uint8Array([51])); Deno.exit(7);',
  );
  // The last line has no end.
  assertEquals([code, signal, lines, errors], [7, null, ["1", "2"], ["x"]]);
});

Deno.test("runFor() kills a program that hangs, and keeps what it has printed", async () => {
  const hangs = 'trap "" TERM; echo begun; while true; do :; done';
  let ending = await runFor(0.2, "bash", ["-c", hangs]);
  // On a busy machine it may take longer until it has printed.
  for (let seconds = 1; seconds < 100 && ending.lines.length === 0; seconds *= 2) {
    ending = await runFor(seconds, "bash", ["-c", hangs]);
  }
  assert(ending.code !== 0);
  assertEquals([ending.signal, ending.lines], ["SIGKILL", ["begun"]]);
});

Deno.test("runFor() does not wait for programs that a program leaves behind", async () => {
  const { code, signal, lines } = await runFor(300, "bash", ["-c", "sleep 3000 & echo $!"]);
  assertEquals([code, signal], [0, null]);
  Deno.kill(Number(lines[0]), "SIGKILL"); // throws if it has ended
});
