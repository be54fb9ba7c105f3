import { assert, assertEquals } from "@std/assert";
import { Pace } from "./pace.ts";

let now = 0;

/** How many of so many turns are with the thread, where a turn takes so long. */
function withThread(pace: Pace, turns: number, milliseconds: (isWith: boolean) => number): number {
  let count = 0;
  for (let i = 0; i < turns; i++) {
    count += Number(pace.isWith);
    now += milliseconds(pace.isWith);
    pace.turn(now);
  }
  return count;
}

Deno.test("a thread that is faster is used, but for few turns", () => {
  const count = withThread(new Pace(), 50_000, (isWith) => isWith ? 1 : 2);
  assert(count > 0.98 * 50_000);
});

Deno.test("a thread that makes turns slower is left out, and tried now and then", () => {
  const count = withThread(new Pace(), 50_000, (isWith) => isWith ? 2 : 1);
  assert(count < 0.04 * 50_000);
});

Deno.test("a machine that becomes busy, and free again, is noticed", () => {
  const pace = new Pace();
  withThread(pace, 5000, (isWith) => isWith ? 1 : 2);
  withThread(pace, 1100, (isWith) => isWith ? 3 : 2);
  assertEquals(withThread(pace, 900, (isWith) => isWith ? 3 : 2), 0);
  withThread(pace, 1100, (isWith) => isWith ? 1 : 2);
  assert(withThread(pace, 1000, (isWith) => isWith ? 1 : 2) > 950);
});

Deno.test("single turns that take long change nothing", () => {
  let i = 0;
  const count = withThread(
    new Pace(),
    20_000,
    (isWith) => (isWith ? 1 : 2) + (i++ % 7 === 0 ? 100 : 0),
  );
  assert(count > 0.97 * 20_000);
});
