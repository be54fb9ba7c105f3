// A program for tests of threads in other processes: large calls alone, then with helpers.
import { scan } from "../cpu/scan/scan.ts";
import { scanBackward } from "../cpu/scan/scan_backward.ts";
import { limitThreads, startThreads } from "../cpu/threads/threads.ts";
import { array } from "../reference/array.ts";
import { generator } from "./random.ts";
import { scanCase } from "./scan_case.ts";
import { scanModels } from "./scan_models.ts";

/** How many threads there are with a limit of 2, and whether results are the same with them. */
export async function run(): Promise<{ threads: number; same: boolean }> {
  const random = generator(1);
  const extents = { steps: 8, batch: 640, pops: 3, group: 40 };
  const { kernel, args, cotangents, wants } = scanCase(scanModels[4], extents, random);
  const once = () => {
    const { out } = scan(kernel, args, []);
    const { x } = scanBackward(kernel, args, out, cotangents, wants);
    return [...array(out), ...array(x)];
  };
  limitThreads(1);
  const alone = once();
  limitThreads(2);
  const threads = await startThreads();
  const shared = once();
  return { threads, same: alone.every((value, i) => Object.is(value, shared[i])) };
}

if (import.meta.main) console.log(JSON.stringify(await run()));
