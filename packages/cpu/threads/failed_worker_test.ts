import { assert, assertEquals } from "@std/assert";
import { testUnless } from "@spikeloop/dev";
import { Func, i32 } from "@spikeloop/expr/wasm";
import { noWorkers, until, untilReady } from "../testing/start_workers.ts";
import { common } from "./common.ts";
import { Executable } from "./executable.ts";
import { limitThreads, share, startThreads } from "./threads.ts";
import { slotState } from "./worker_source.ts";

testUnless(noWorkers, "where a worker's call has failed, nobody waits for workers", async () => {
  limitThreads(3);
  await untilReady(3);
  const [calls, { memory }] = [common(), common().memory];
  const divide = new Func("divide", 0);
  divide.emit(i32.store(0, [...i32.const(1), ...i32.const(0), 0x6d])); // i32.div_s, which traps
  const executable = new Executable([divide], memory);
  calls.use(executable);
  calls.post(0, calls.memory, executable.call("divide"));
  await until("The call has failed", () => calls.state(0) === slotState.failed);
  const { now } = performance;
  // The clock stands still: only word of the failure ends the wait.
  performance.now = () => 0;
  try {
    assertEquals(await startThreads(), 1);
  } finally {
    performance.now = now;
  }
  assertEquals(share((workers) => workers), 0);
  assert(calls.isFree);
});
