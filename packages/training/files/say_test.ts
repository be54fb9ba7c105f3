import * as fs from "node:fs";
import { assertEquals, assertThrows } from "@std/assert";
import { testUnless } from "@spikeloop/dev";
import { say } from "./say.ts";
import { StopSignals } from "./stop_signals.ts";

testUnless(
  fs.existsSync("/dev/full") ? undefined : "this system has no /dev/full",
  "a result that cannot be written is an error, progress is none",
  () => {
    const output = fs.openSync("/dev/full", "w");
    assertThrows(() => say("x", undefined, output), Error, "Cannot write the output: ");
    const stop = new StopSignals();
    say("x", stop, output);
    assertEquals(stop.status, undefined);
    stop.close();
    fs.closeSync(output);
  },
);
