import { assert, assertEquals, assertThrows } from "@std/assert";
import { testUnless } from "@spikeloop/dev";
import { brIf, Func, i32, repeat } from "@spikeloop/expr/wasm";
import { noHelpers, until, withHelpers } from "../testing/start_helpers.ts";
import { runJobs } from "./run_jobs.ts";
import { SharedKernel } from "./shared_kernel.ts";
import type { Helper } from "./helper.ts";

/** Divides 840 by each of the numbers, as jobs; on helpers by 0, or never, if they are to fail. */
function divideAll(
  numbers: readonly number[],
  helpers: readonly Helper[],
  failure?: "divide" | "loop",
) {
  const memory = new WebAssembly.Memory({ initial: 1 });
  const divide = new Func("divide", ["i32"]);
  const at = divide.param(0);
  const quotient = [...i32.const(840), ...i32.load(at), 0x6d]; // i32.div_s, which traps at 0
  divide.emit(i32.store(at, quotient, 4));
  const loop = new Func("loop", ["i32"]);
  loop.emit(repeat(brIf(i32.eqz(i32.load(loop.param(0))), 0)));
  const kernel = new SharedKernel([divide, loop], memory);
  const own = new Float32Array(memory.buffer);
  const results: number[] = numbers.map(() => -1);
  const given: number[] = [];
  runJobs({
    count: numbers.length,
    kernel,
    own,
    bytes: 64,
    prepare: () => {},
    load: (job, floats) => {
      if (floats !== own) given.push(job);
      new Int32Array(floats.buffer)[4] = failure && floats !== own ? 0 : numbers[job];
      const divide = kernel.call("divide", 16);
      return failure === "loop" ? [kernel.call("loop", 16), divide] : [divide];
    },
    store: (job, floats) => results[job] = new Int32Array(floats.buffer)[5],
  }, helpers);
  return { results, given };
}

const numbers = Array.from({ length: 60 }, (_, i) => i + 1);
const quotients = numbers.map((n) => Math.floor(840 / n));

testUnless(noHelpers, "jobs are done by this thread and its helpers", async () => {
  await withHelpers(2, (helpers) => {
    const { results, given } = divideAll(numbers, helpers);
    assertEquals(results, quotients);
    assert(given.length >= 2);
    assert(helpers.every((h) => h.isReady));
  });
});

Deno.test("without helpers this thread does all jobs", () => {
  assertEquals(divideAll(numbers, []), { results: quotients, given: [] });
});

testUnless(
  noHelpers,
  "a job that fails on a helper is done here, and the helper is out",
  async () => {
    await withHelpers(2, async (helpers) => {
      assertEquals(divideAll(numbers, helpers, "divide").results, quotients);
      // Busy machines let a helper start on its job, and fail, after this thread has done it.
      await until("The helpers are out", () => helpers.every((h) => !h.isReady));
    });
  },
);

testUnless(noHelpers, "what fails here too is the caller's error, and helpers go on", async () => {
  await withHelpers(1, (helpers) => {
    const bad = numbers.map((n) => n === 60 ? 0 : n);
    assertThrows(() => divideAll(bad, helpers), WebAssembly.RuntimeError);
    assertEquals(divideAll(numbers, helpers).results, quotients);
  });
});

testUnless(
  noHelpers,
  "what a helper doesn't finish is done here, and it gets no more",
  async () => {
    await withHelpers(1, (helpers) => {
      assertEquals(divideAll(numbers, helpers, "loop").results, quotients);
      assertEquals(divideAll(numbers, helpers), { results: quotients, given: [] });
    });
  },
);

testUnless(noHelpers, "a helper that was stopped is given nothing", async () => {
  await withHelpers(1, (helpers) => {
    helpers[0].stop();
    assertEquals(divideAll(numbers, helpers), { results: quotients, given: [] });
  });
});
