import { assert, assertEquals, assertThrows } from "@std/assert";
import { testUnless } from "@spikeloop/dev";
import { brIf, Func, i32, repeat } from "@spikeloop/expr/wasm";
import { noWorkers, until, withWorkers } from "../testing/start_workers.ts";
import { commonMemory } from "./common_memory.ts";
import { runJobs, runTogether } from "./run_jobs.ts";
import { Executable } from "./executable.ts";
import { isCommonFree, type PooledWorker } from "./pooled_worker.ts";

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
        return workers[0].mailboxes.some((mailbox) => mailbox.isFull);
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

/** `meet(mine, other)`: sets one word of the common memory, and waits for another one. */
function meeting() {
  const meet = new Func("meet", 2);
  const [mine, other] = meet.params;
  meet.emit(i32.store(mine, 1), repeat(brIf(i32.eqz(i32.load(other)), 0)));
  const { memory } = commonMemory();
  const words = new Int32Array(memory.buffer, 0, 2).fill(0);
  return { executable: new Executable([meet], memory), words };
}

testUnless(
  noWorkers,
  "a call in the common memory is done by the thread that claims it",
  async () => {
    await withWorkers(1, async (workers) => {
      await until("No worker was late", () => {
        if (!isCommonFree()) return false;
        const { executable, words } = meeting();
        const calls = [executable.call("meet", 0, 4), executable.call("meet", 4, 0)];
        const isComplete = runTogether(executable, calls, workers);
        assertEquals([...words], [1, 1]); // on one thread the first call would never end
        return isComplete;
      });
    });
  },
);

testUnless(noWorkers, "a worker that is late keeps the common memory to itself", async () => {
  await withWorkers(1, async (workers) => {
    const { executable, words } = meeting();
    commonMemory().claims.fill(0);
    const [worker] = workers;
    worker.post(undefined, executable, [executable.call("meet", 0, 4)]);
    await until("The worker has begun", () => words[0] === 1);
    assertEquals(worker.finish(1), false);
    assertEquals(isCommonFree(), false);
    words[1] = 1;
    await until("The worker is through", isCommonFree);
  });
});

testUnless(
  noWorkers,
  "after an error here, workers may still write to the common memory",
  async () => {
    await withWorkers(1, async (workers) => {
      const { executable } = meeting();
      const [worker] = workers;
      const { memory } = worker.mailboxes[0];
      const words = new Int32Array(memory.buffer, 0, 2);
      worker.post(0, executable, [executable.call("meet", 0, 4)]);
      await until("The worker has begun", () => words[0] === 1);
      const fail = executable.call("meet", -4, 0);
      assertThrows(() => runTogether(executable, [fail], workers), WebAssembly.RuntimeError);
      assertEquals(isCommonFree(), false);
      words[1] = 1;
      await until("The worker is through", isCommonFree);
    });
  },
);

testUnless(noWorkers, "calls that no worker has begun are taken back, and it goes on", async () => {
  await withWorkers(1, async (workers) => {
    const { executable } = meeting();
    const [worker] = workers;
    let taken = 0;
    await until("Calls have been taken back", () => {
      commonMemory().claims.fill(1); // all are done
      worker.post(undefined, executable, []);
      taken += Number(worker.mailboxes.some((mailbox) => mailbox.isFull) && worker.finish(1000));
      return taken > 20;
    });
    assertEquals(divideAll(numbers, workers).results, quotients);
  });
});

testUnless(
  noWorkers,
  "calls that fail on a worker are reported, and the worker is out",
  async () => {
    await withWorkers(1, async (workers) => {
      const fail = new Func("fail", 1);
      fail.emit(i32.store(fail.param(0), 0));
      const executable = new Executable([fail], commonMemory().memory);
      commonMemory().claims.fill(0);
      workers[0].post(undefined, executable, [executable.call("fail", -4)]);
      await until("The worker is out", () => !workers[0].isReady);
      assertEquals(workers[0].finish(1), false);
      assert(isCommonFree());
    });
  },
);
