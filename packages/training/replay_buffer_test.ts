import { assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { key } from "@spikeloop/random";
import { ReplayBuffer } from "./mod.ts";
import golden from "./testdata/rl.json" with { type: "json" };

const { replay } = golden;

function makeBuffer(): ReplayBuffer {
  return new ReplayBuffer({
    obsDim: replay.obsDim,
    actDim: replay.actDim,
    size: replay.size,
    clipLimit: replay.clipLimit,
    normUpdateEvery: replay.normUpdateEvery,
  });
}

Deno.test("running statistics and normalized observations equal the reference's", () => {
  const buffer = makeBuffer();
  const [count, size] = replay.obs.shape;
  for (let i = 0; i < count; i++) {
    const observation = replay.obs.data.slice(i * size, (i + 1) * size);
    buffer.store({
      observation,
      action: [0, 0],
      reward: 0,
      nextObservation: observation,
      done: false,
    });
    const expected = replay.after[i];
    assertEquals(buffer.length, expected.size);
    assertAlmostEquals(buffer.statistics.count, expected.count, 1e-9);
    expected.mean.forEach((m, j) =>
      assertAlmostEquals(buffer.statistics.mean[j], m, 2e-6 * Math.max(1, Math.abs(m)))
    );
    expected.var.forEach((v, j) =>
      assertAlmostEquals(buffer.statistics.variance[j], v, 2e-6 * Math.max(1, v))
    );
  }
  const normalized = buffer.normalize(replay.probe.data);
  replay.normalized.data.forEach((x, i) => assertAlmostEquals(normalized[i], x, 2e-6));
});

Deno.test("samples keep experiences whole, and a new one replaces the oldest", () => {
  const buffer = new ReplayBuffer({
    obsDim: 1,
    actDim: 1,
    size: 4,
    normUpdateEvery: 1000,
    clipLimit: 100,
  });
  for (let i = 0; i < 6; i++) {
    buffer.store({
      observation: [i],
      action: [10 * i],
      reward: 100 * i,
      nextObservation: [i + 1],
      done: i % 2 === 1,
    });
  }
  const batch = buffer.sample(key(0), 200);
  const [o, a, r, n, d] = [
    batch.observation,
    batch.action,
    batch.reward,
    batch.nextObservation,
    batch.done,
  ]
    .map((x) => x.dataSync());
  const steps = new Set<number>();
  r.forEach((reward, i) => {
    const step = reward / 100;
    steps.add(step);
    assertAlmostEquals(o[i], step, 1e-5);
    assertAlmostEquals(n[i], step + 1, 1e-5);
    assertEquals([a[i], d[i]], [10 * step, step % 2]);
  });
  assertEquals([...steps].sort(), [2, 3, 4, 5]);
});

Deno.test("an empty buffer and vectors of the wrong length are refused", () => {
  const buffer = makeBuffer();
  assertThrows(() => buffer.sample(key(0), 1), Error, "empty");
  const experience = {
    observation: [1, 2],
    action: [0, 0],
    reward: 0,
    nextObservation: [1, 2, 3],
    done: false,
  };
  assertThrows(() => buffer.store(experience), TypeError, "observation has 2 numbers, expected 3");
  assertThrows(
    () => new ReplayBuffer({ obsDim: 1, actDim: 1, size: 0.5 }),
    RangeError,
    "size is 0.5",
  );
});
