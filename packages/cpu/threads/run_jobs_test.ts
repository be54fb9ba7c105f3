import { assert, assertEquals, assertThrows } from "@std/assert";
import { testUnless } from "@spikeloop/dev";
import { brIf, Func, i32, repeat } from "@spikeloop/expr/wasm";
import { noWorkers, until, withWorkers } from "../testing/start_workers.ts";
import { common } from "./common.ts";
import { runJobs, runTogether } from "./run_jobs.ts";
import { Executable } from "./executable.ts";
import { slotState } from "./worker_source.ts";

/** Divides 840 by each of the numbers, as jobs; on workers by 0, or never, if they are to fail. */
function divideAll(numbers: readonly number[], workers: number, failure?: "divide" | "loop") {
  const memory = new WebAssembly.Memory({ initial: 1 });
  const divide = new Func("divide", ["i32"]);
  const at = divide.param(0);
  const quotient = [...i32.const(840), ...i32.load(at), 0x6d]; // i32.div_s, which traps at 0
  divide.emit(i32.store(at, quotient, 4));
  const loop = new Func("loop", ["i32"]);
  loop.emit(repeat(brIf(i32.eqz(i32.load(loop.param(0))), 0)));
  const executable = new Executable([divide, loop], memory);
  const own = new Int32Array(memory.buffer);
  const results: number[] = numbers.map(() => -1);
  const given: number[] = [];
  const take = (job: number, words: Int32Array) => void (results[job] = words[5]);
  const run = (job: number) => {
    own[4] = numbers[job];
    executable.run(executable.call("divide", 16));
    take(job, own);
  };
  const missing = runJobs({
    count: numbers.length,
    executable,
    memories: common().forJobs(workers),
    run,
    load: (job, { floats }) => {
      given.push(job);
      new Int32Array(floats.buffer)[4] = failure ? 0 : numbers[job];
      return executable.call(failure ?? "divide", 16);
    },
    store: (job, { floats }) => take(job, new Int32Array(floats.buffer)),
  });
  missing.forEach(run);
  return { results, given, missing };
}

/** Lets calls of the loop end. */
function endLoops(): void {
  for (const { floats } of common().forJobs(3)) new Int32Array(floats.buffer)[4] = 1;
}

const numbers = Array.from({ length: 60 }, (_, i) => i + 1);
const quotients = numbers.map((n) => Math.floor(840 / n));

testUnless(noWorkers, "jobs are done by this thread and its workers", async () => {
  await withWorkers(2, (workers) => {
    const { results, given } = divideAll(numbers, 2);
    assertEquals(results, quotients);
    assert(given.length >= 2);
    assert(workers.every((h) => h.isReady));
  });
});

testUnless(noWorkers, "without memories for workers this thread does all jobs", () => {
  assertEquals(divideAll(numbers, 0), { results: quotients, given: [], missing: [] });
});

testUnless(
  noWorkers,
  "a job that fails on a worker is done here, and the worker is out",
  async () => {
    await withWorkers(2, async (workers) => {
      // On a busy machine this thread may do a job before a worker starts on it.
      await until("The workers are out", () => {
        if (!common().isFree) return false; // one is late
        assertEquals(divideAll(numbers, 2, "divide").results, quotients);
        return workers.every((h) => !h.isReady);
      });
      assert(common().isFree);
      assertEquals(divideAll(numbers, 2).missing, []);
    });
  },
);

testUnless(noWorkers, "what fails here too is the caller's error, and workers go on", async () => {
  await withWorkers(1, async (workers) => {
    const bad = numbers.map((n) => n === 60 ? 0 : n);
    assertThrows(() => divideAll(bad, 1), WebAssembly.RuntimeError);
    await until("The worker is through", () => common().isFree);
    assert(workers[0].isReady);
    assertEquals(divideAll(numbers, 1).results, quotients);
  });
});

testUnless(noWorkers, "what a worker doesn't begin or finish is done here", async () => {
  await withWorkers(1, async () => {
    await until("The worker has a job", () => {
      const { results, missing } = divideAll(numbers, 1, "loop");
      assertEquals(results, quotients);
      return missing.length > 0;
    });
    assert(!common().isFree);
    endLoops();
    await until("The worker is through", () => common().isFree);
    assertEquals(divideAll(numbers, 1).results, quotients);
  });
});

testUnless(noWorkers, "calls that no worker begins are taken back", () => {
  const { results, given, missing } = divideAll(numbers, 1);
  assertEquals({ results, missing }, { results: quotients, missing: [] });
  assertEquals(given.length, 2);
});

/** `meet(mine, other)`: sets one word of the common memory, and waits for another one. */
function meeting() {
  const meet = new Func("meet", 2);
  const [mine, other] = meet.params;
  meet.emit(i32.store(mine, 1), repeat(brIf(i32.eqz(i32.load(other)), 0)));
  const { memory } = common().memory;
  const words = new Int32Array(memory.buffer, 0, 2).fill(0);
  return { executable: new Executable([meet], memory), words };
}

testUnless(
  noWorkers,
  "a call in the common memory is done by the thread that claims it",
  async () => {
    await withWorkers(1, async () => {
      await until("The worker was not late", () => {
        if (!common().isFree) return false;
        const { executable, words } = meeting();
        const calls = [executable.call("meet", 0, 4), executable.call("meet", 4, 0)];
        const isComplete = runTogether(executable, calls);
        assertEquals([...words], [1, 1]); // on one thread no call would end
        return isComplete;
      });
    });
  },
);

testUnless(noWorkers, "a worker that is late keeps the common memory to itself", async () => {
  await withWorkers(1, async () => {
    const { executable, words } = meeting();
    const calls = common();
    calls.use(executable);
    calls.post(0, common().memory, executable.call("meet", 0, 4));
    await until("The worker has begun", () => words[0] === 1);
    calls.wait(0, 1);
    assertEquals(calls.takeBack(0), false);
    assertEquals(common().isFree, false);
    words[1] = 1;
    await until("The worker is through", () => common().isFree);
  });
});

testUnless(
  noWorkers,
  "after an error here, workers may still write to the common memory",
  async () => {
    await withWorkers(1, async () => {
      const { executable, words } = meeting();
      const wait = executable.call("meet", 0, 4);
      const fail = () => {
        const end = performance.now() + 20_000;
        while (words[0] === 0 && performance.now() < end);
        throw new Error("Failed here");
      };
      const memories = [common().memory];
      const jobs = { count: 2, executable, memories, run: fail, load: () => wait };
      assertThrows(() => runJobs(jobs), Error, "Failed here");
      assertEquals(common().isFree, false);
      words[1] = 1;
      await until("The worker is through", () => common().isFree);
    });
  },
);

testUnless(noWorkers, "after an error here, no worker begins a call", () => {
  const { executable } = meeting();
  const calls = [executable.call("meet", 0, 4), executable.call("meet", -4, 0)];
  assertThrows(() => runTogether(executable, calls), WebAssembly.RuntimeError);
  assertEquals(common().state(0), slotState.free);
});

testUnless(noWorkers, "calls that fail on a worker are reported", async () => {
  await withWorkers(1, async ([worker]) => {
    const fail = new Func("fail", 1);
    fail.emit(i32.store(fail.param(0), 0));
    const executable = new Executable([fail], common().memory.memory);
    const run = () => void 0;
    const load = () => executable.call("fail", -4);
    let reports = 0;
    await until("The worker is out", () => {
      if (!common().isFree) return false; // it is late
      const { memory } = common();
      reports += runJobs({ count: 9, executable, memories: [memory], run, load }).length;
      return reports > 0 && !worker.isReady;
    });
    assert(common().isFree);
  });
});
