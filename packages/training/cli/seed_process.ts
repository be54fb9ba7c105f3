// The program of a process that trains one seed. `run_seeds.ts` starts it, with the folder, the
// configuration and the other settings as one text of JSON, and reads lines of JSON from it.
import process from "node:process";
import { limitThreads } from "@spikeloop/cpu";
import { say } from "../files/say.ts";
import { StopSignals } from "../files/stop_signals.ts";
import { messageOf } from "../message_of.ts";
import { runSeed } from "./run_seed.ts";
import { messageMark, type SeedMessage, type SeedOrder } from "./seed_messages.ts";

const { run, resume, threads } = JSON.parse(process.argv[2]) as SeedOrder;
const stop = new StopSignals();
const send = (message: SeedMessage) => say(`${messageMark}${JSON.stringify(message)}\n`, stop);
limitThreads(threads);

/** A line after so many ms at most, besides the records. */
const tellAfter = 100;
let toldAt = -Infinity;
let last: number | undefined;
let status: number;
try {
  const step = await runSeed(run, {
    resume,
    stop,
    onProgress: ({ step, return: value, record }) => {
      last = value ?? last;
      const now = performance.now();
      if (record === undefined && now - toldAt < tellAfter) return;
      toldAt = now;
      send({ step, return: last, record });
    },
  });
  send({ step, return: last });
  status = step < run.config.steps ? stop.status ?? 1 : 0;
} catch (error) {
  send({ error: messageOf(error) });
  status = stop.status ?? 1;
}
stop.close();
process.exit(status); // Timers and connections of environments end, too.
