import { assert, assertEquals, assertThrows } from "@std/assert";
import { testUnless } from "@spikeloop/dev";
import { brIf, Func, i32, repeat } from "@spikeloop/expr/wasm";
import { noWorkers, until, withWorkers } from "../testing/start_workers.ts";
import { runJobs } from "./run_jobs.ts";
import { Executable } from "./executable.ts";
import type { PooledWorker } from "./pooled_worker.ts";
import { mailboxState } from "./worker_source.ts";

/** Divides 840 by each of the numbers, as jobs; on workers by 0, or never, if they are to fail. */
function divideAll(
  numbers: readonly number[],
  workers: readonly PooledWorker[],
  failure?: "divide" | "loop",
) {
  const memory = new WebAssembly.Memory({ initial: 1 });
  const divide = new Func("divide", ["i32"]);
  const at = divide.param(0);
  const quotient = [...i32.const(840), ...i32.load(at), 0x6d]; // i32.div_s, which traps at 0
  divide.emit(i32.store(at, quotient, 4));
  const loop = new Func("loop", ["i32"]);
  loop.emit(repeat(brIf(i32.eqz(i32.load(loop.param(0))), 0)));
  const executable = new Executable([divide, loop], memory);
  const own = new Float32Array(memory.buffer);
  const results: number[] = numbers.map(() => -1);
  const given: number[] = [];
  runJobs({
    count: numbers.length,
    executable,
    own,
    bytes: 64,
    prepare: () => {},
    load: (job, floats) => {
      if (floats !== own) given.push(job);
      new Int32Array(floats.buffer)[4] = failure && floats !== own ? 0 : numbers[job];
      const divide = executable.call("divide", 16);
      return failure === "loop" ? [executable.call("loop", 16), divide] : [divide];
    },
    store: (job, floats) => results[job] = new Int32Array(floats.buffer)[5],
  }, workers);
  return { results, given };
}

const numbers = Array.from({ length: 60 }, (_, i) => i + 1);
const quotients = numbers.map((n) => Math.floor(840 / n));

testUnless(noWorkers, "jobs are done by this thread and its workers", async () => {
  await withWorkers(2, (workers) => {
    const { results, given } = divideAll(numbers, workers);
    assertEquals(results, quotients);
    assert(given.length >= 2);
    assert(workers.every((h) => h.isReady));
  });
});

Deno.test("without workers this thread does all jobs", () => {
  assertEquals(divideAll(numbers, []), { results: quotients, given: [] });
});

testUnless(
  noWorkers,
  "a job that fails on a worker is done here, and the worker is out",
  async () => {
    await withWorkers(2, async (workers) => {
      // On a busy machine this thread may do a job before a worker starts on it.
      await until("The workers are out", () => {
        assertEquals(divideAll(numbers, workers, "divide").results, quotients);
        return workers.every((h) => !h.isReady);
      });
    });
  },
);

testUnless(noWorkers, "what fails here too is the caller's error, and workers go on", async () => {
  await withWorkers(1, (workers) => {
    const bad = numbers.map((n) => n === 60 ? 0 : n);
    assertThrows(() => divideAll(bad, workers), WebAssembly.RuntimeError);
    assertEquals(divideAll(numbers, workers).results, quotients);
  });
});

testUnless(
  noWorkers,
  "what a worker doesn't begin or finish is done here",
  async () => {
    await withWorkers(1, async (workers) => {
      await until("The worker has a job", () => {
        assertEquals(divideAll(numbers, workers, "loop").results, quotients);
        return workers[0].mailboxes.some(({ state }) => state === mailboxState.full);
      });
      // A job that it cannot begin is late.
      const { results, given } = divideAll(numbers, workers);
      assertEquals(results, quotients);
      assert(given.length <= 1);
    });
  },
);

testUnless(noWorkers, "a worker that was stopped is given nothing", async () => {
  await withWorkers(1, (workers) => {
    workers[0].stop();
    assertEquals(divideAll(numbers, workers), { results: quotients, given: [] });
  });
});
