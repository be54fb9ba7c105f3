import { assert, assertEquals } from "@std/assert";
import { hostArray } from "@spikeloop/backend";
import { room } from "./allocate.ts";
import { closeLate, inUsedRoom, openLate, reuse } from "./late_array.ts";
import { isBehind, staging } from "./staging.ts";

const length = 1 << 19;

/** Runs `f` in a scope. */
function scope<R>(f: () => R): R {
  openLate();
  try {
    return f();
  } finally {
    closeLate();
  }
}

/** How many of six results of 2 MiB lie in the arena. */
const inArena = () =>
  scope(() =>
    Array.from({ length: 6 }, () => inUsedRoom(() => room(length)))
      .filter((numbers) => isBehind(staging().floats, numbers)).length
  );

Deno.test("the arena grows before a scope, if earlier ones wanted more, and what is kept stays", () => {
  const [kept, held] = scope(() => {
    const filled = (value: number) => reuse(() => room(length).fill(value));
    const result = filled(1);
    return [hostArray(result), filled(2)];
  });
  const bytes = staging().buffer.byteLength;
  const { memory } = staging();
  memory.grow = () => {
    throw new RangeError("no more memory");
  };
  const few = inArena();
  assert(few < 6);
  assertEquals(inArena(), few, "where it cannot grow");
  Reflect.deleteProperty(memory, "grow");
  inArena();
  assertEquals(inArena(), 6);
  assert(staging().buffer.byteLength > bytes);
  assert(kept.length === length && kept.every((x) => x === 1));
  assert(hostArray(held).every((x) => x === 2));
});
