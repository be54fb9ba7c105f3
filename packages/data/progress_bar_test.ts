import { assert, assertEquals, assertThrows } from "@std/assert";
import { progressBar } from "./progress_bar.ts";

function bar(options: Partial<Parameters<typeof progressBar>[0]>) {
  const written: string[] = [];
  const shown = progressBar({ total: 30, write: (text) => written.push(text), ...options });
  return { shown, written };
}

/** Runs `f` with a clock that stands still until it is set. */
function withClock(f: (set: (milliseconds: number) => void) => void): void {
  const { now } = performance;
  let time = 0;
  performance.now = () => time;
  try {
    f((milliseconds) => time = milliseconds);
  } finally {
    performance.now = now;
  }
}

Deno.test("a bar is a plain line for every tenth where there is no terminal", () => {
  withClock((set) => {
    const { shown, written } = bar({ isTerminal: false, label: "epochs" });
    for (let i = 1; i <= 30; i++) {
      set(1000 * i);
      shown.update(i, "loss\n0.5");
    }
    shown.end();
    assertEquals(written.length, 10);
    assert(
      written[0].startsWith("epochs ━━──") &&
        written[0].includes(" 3/30 0:03, 0:27 left, loss 0.5"),
    );
    assert(written[9].startsWith(`epochs ${"━".repeat(24)} 30/30 0:30`));
    assert(written.every((line) => line.endsWith(" loss 0.5\n") && !line.includes("\x1b")));
  });
});

Deno.test("a bar stays in one line of a terminal, and ends it once", () => {
  withClock(() => {
    const { shown, written } = bar({ isTerminal: true, columns: 20 });
    {
      using moving = shown;
      moving.update(1, "x".repeat(100));
      moving.update(2); // too soon to draw again
      moving.update(30);
    }
    shown.end();
    assertEquals(written.length, 3);
    for (const line of written.slice(0, 2)) {
      assert(line.startsWith("\r\x1b[K") && line.length === 19 + 4 && !line.includes("\n"));
    }
    assertEquals(written[2], "\n");
  });
});

Deno.test("a bar goes on with work that was interrupted, and may have lines by time", () => {
  const resumed = bar({ isTerminal: false, from: 15 });
  resumed.shown.update(15);
  resumed.shown.update(18);
  assertEquals(resumed.written.length, 1);
  withClock((set) => {
    const timed = bar({ isTerminal: false, total: 1000, lineEvery: 50 });
    for (const time of [50, 99, 100]) {
      set(time);
      timed.shown.update(time);
    }
    assertEquals(timed.written.length, 2);
  });
});

Deno.test("a bar that nothing was shown of leaves no line", () => {
  const { shown, written } = bar({ isTerminal: true });
  shown.end();
  assertEquals(written, []);
});

Deno.test("a bar refuses what it cannot show", () => {
  assertThrows(() => bar({ total: 0 }), RangeError, "total is 0");
  assertThrows(() => bar({ label: 1 as never }), TypeError, "label is 1");
  assertThrows(() => bar({}).shown.update("1" as never), TypeError, "done");
  assertThrows(() => bar({}).shown.update(1, 2 as never), TypeError, "the text is 2");
});
