import { assertEquals } from "@std/assert";
import { sizeOf, stridesOf, type View } from "@spikeloop/backend";
import { evaluator } from "@spikeloop/backend/evaluator";
import { assertSameBits, choice, floats, generator, integer, trials } from "@spikeloop/dev/testing";
import { cpuGather, cpuScatter } from "./movement.ts";

/** A window of a random array: some axes exchanged, cut, reversed or repeated. */
function randomView(random: () => number, largest: number): View {
  const full = Array.from({ length: integer(random, 0, 4) }, () => integer(random, 0, largest));
  const axes = full.map((_, i) => i).sort(() => random() - 0.5);
  const own = stridesOf(full);
  let offset = 0;
  const shape: number[] = [];
  const strides: number[] = [];
  for (const a of axes) {
    const start = random() < 0.5 ? 0 : integer(random, 0, full[a]);
    const extent = full[a] - start;
    const turned = random() < 0.2 && extent > 0;
    offset += (turned ? full[a] - 1 : start) * own[a];
    shape.push(extent);
    strides.push(turned ? -own[a] : own[a]);
    if (random() < 0.2) {
      shape.push(integer(random, 0, 3));
      strides.push(0);
    }
  }
  return { storage: floats(random, sizeOf(full)), offset, shape, strides };
}

Deno.test("cpuGather copies any window as the evaluator does", () => {
  const random = generator(1);
  for (let trial = 0; trial < trials(2000, 100_000); trial++) {
    const view = randomView(random, choice(random, [3, 8, 20]));
    assertSameBits(cpuGather(view), evaluator.gather(view), JSON.stringify(view.shape));
  }
});

Deno.test("cpuScatter writes every part where the evaluator does", () => {
  const random = generator(3);
  for (let trial = 0; trial < trials(1000, 50_000); trial++) {
    const { storage, ...into } = randomView(random, 8);
    if (into.strides.includes(0)) continue;
    const parts = [{ data: floats(random, sizeOf(into.shape)), into }];
    const want = evaluator.scatter(storage.length, parts);
    assertSameBits(cpuScatter(storage.length, parts), want, JSON.stringify(into));
  }
  assertEquals(cpuScatter(3, []), new Float32Array(3));
});
