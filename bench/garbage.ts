// The bytes of objects that a small call makes, its results included but without the numbers in
// arrays, and its time, each beside the plain loop: deno run -A bench/garbage.ts
import { garbageCollector } from "@spikeloop/dev/testing";
import { smallCalls } from "./small_calls.ts";

/** Calls per round: few enough that no collection happens while their bytes are counted. */
const calls = 100;

/** Calls after which all code is compiled. */
const warmUp = 20_000;

const timedRounds = 300;
const countedRounds = 5;

const collect = await garbageCollector();

/** The number in the middle. */
function median(numbers: readonly number[]): number {
  return numbers.toSorted((a, b) => a - b)[numbers.length >> 1];
}

function measure(run: () => unknown) {
  for (let i = 0; i < warmUp; i++) run();
  const times = Array.from({ length: timedRounds }, () => {
    const start = performance.now();
    for (let i = 0; i < calls; i++) run();
    return (performance.now() - start) / calls * 1000;
  });
  const bytes = Array.from({ length: countedRounds }, () => {
    collect();
    const before = Deno.memoryUsage().heapUsed;
    for (let i = 0; i < calls; i++) run();
    return (Deno.memoryUsage().heapUsed - before) / calls;
  });
  return { bytes: median(bytes), middle: median(times), best: Math.min(...times) };
}

const columns = [40, 12, 12, 12];
const print = (...cells: string[]) =>
  console.log(
    cells.map((c, i) => i === 0 ? c.padEnd(columns[i]) : c.padStart(columns[i])).join(""),
  );
print("T=5 N=1 A=8 P=10", "bytes", "median µs", "best µs");
for (const { name, run, plain } of smallCalls) {
  for (const [label, call] of [[name, run], ["  plain loop", plain]] as const) {
    const { bytes, middle, best } = measure(call);
    print(label, bytes.toFixed(0), middle.toFixed(2), best.toFixed(2));
  }
}
