// A program for tests of threads in other processes: large calls alone, then with helpers.
import { cpuScan } from "../scan/forward.ts";
import { cpuScanBackward } from "../scan/backward.ts";
import { limitThreads, startThreads } from "../threads/threads.ts";
import { hostArray } from "@spikeloop/backend";
import { generator, scanCase, scanModels } from "@spikeloop/dev/testing";

/** How many threads there are with a limit of 2, and whether results are the same with them. */
export async function run(): Promise<{ threads: number; same: boolean }> {
  const random = generator(1);
  const extents = { steps: 8, batch: 640, groups: 3, group: 40 };
  const { kernel, args, cotangents, wants } = scanCase(scanModels[4], extents, random);
  const once = () => {
    const { out } = cpuScan(kernel, args, []);
    const { x } = cpuScanBackward(kernel, args, out, cotangents, wants);
    return [...hostArray(out), ...hostArray(x)];
  };
  limitThreads(1);
  const alone = once();
  limitThreads(2);
  let threads = await startThreads();
  // A busy machine may take longer than it waits.
  for (let tries = 0; threads < 2 && tries < 20; tries++) threads = await startThreads();
  const shared = once();
  return { threads, same: alone.every((value, i) => Object.is(value, shared[i])) };
}

if (import.meta.main) console.log(JSON.stringify(await run()));
