import { assert, assertEquals } from "@std/assert";
import { runFor } from "./run_for.ts";

const evaluate = (code: string) => runFor(30, Deno.execPath(), ["eval", code]);

Deno.test("runFor() returns the lines of a program, and its code", async () => {
  const { code, signal, lines, errors } = await evaluate(
    'console.log("1\\n2"); console.error("x"); Deno.stdout.writeSync(new Uint8Array([51])); Deno.exit(7);',
  );
  // The last line has no end.
  assertEquals([code, signal, lines, errors], [7, null, ["1", "2"], ["x"]]);
});

Deno.test("runFor() kills a program that hangs, and keeps what it has printed", async () => {
  const hangs = 'process.on("SIGTERM", () => {}); console.log("begun"); while (true) {}';
  const { code, signal, lines } = await runFor(3, Deno.execPath(), ["eval", hangs]);
  assert(code !== 0);
  assertEquals([signal, lines], ["SIGKILL", ["begun"]]);
});

Deno.test("runFor() does not wait for programs that a program leaves behind", async () => {
  const { code, signal, lines } = await runFor(60, "bash", ["-c", "sleep 300 & echo $!"]);
  assertEquals([code, signal], [0, null]);
  Deno.kill(Number(lines[0]), "SIGKILL"); // throws if it has ended
});
