import { assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { key } from "@spikeloop/random";
import { ReplayBuffer, type ReplayOptions } from "./mod.ts";
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
  assertThrows(() => buffer.store(experience), TypeError, "observation has length 2, expected 3");
  assertThrows(
    () => new ReplayBuffer({ obsDim: 1, actDim: 1, size: 0.5 }),
    RangeError,
    "size is 0.5",
  );
});

const fine = { observation: [1], action: [0], reward: 0, nextObservation: [1], done: false };

/** A small buffer that holds experiences of these rewards. */
function bufferOf(rewards: readonly number[], options: Partial<ReplayOptions> = {}): ReplayBuffer {
  const buffer = new ReplayBuffer({ obsDim: 1, actDim: 1, size: 9, ...options });
  for (const reward of rewards) buffer.store({ ...fine, observation: [reward], reward });
  return buffer;
}

/** The rewards that a buffer holds. */
const rewardsOf = (buffer: ReplayBuffer) => [...buffer.snapshot().rewards];

Deno.test("store() refuses what is no finite float32 number, and keeps the statistics", () => {
  const buffer = new ReplayBuffer({ obsDim: 1, actDim: 1, size: 9, normUpdateEvery: 1 });
  const bad = [NaN, Infinity, -Infinity, 1e39];
  for (const x of bad) {
    for (const part of ["observation", "action", "nextObservation"]) {
      const experience = { ...fine, [part]: [x] };
      assertThrows(() => buffer.store(experience), RangeError, `${part}[0] is ${x}`);
    }
    assertThrows(() => buffer.store({ ...fine, reward: x }), RangeError, `reward is ${x}`);
  }
  const careless = (part: object) => () => buffer.store({ ...fine, ...part } as never);
  assertThrows(careless({ action: ["1"] }), TypeError, 'action[0] is "1"');
  assertThrows(careless({ action: [[0]] }), TypeError, "action[0] is an array");
  assertThrows(careless({ observation: [,] }), TypeError, "observation[0] is missing");
  assertThrows(careless({ done: 1 }), TypeError, "done is 1, expected true or false");
  assertThrows(careless({ nextObservation: undefined }), TypeError, "nextObservation is missing");
  buffer.store(fine);
  assertEquals([buffer.length, ...buffer.statistics.mean], [1, 1]);
});

Deno.test("an undefined limit is 3, others are numbers above 0", () => {
  const limits = [undefined, 5, Infinity].map((clipLimit) =>
    bufferOf([1, 2], { clipLimit, normUpdateEvery: 2 }).normalize([1e6])[0]
  );
  assertEquals([limits[0], limits[1], limits[2] > 1e6], [3, 5, true]);
  for (const clipLimit of [0, -1, NaN]) {
    assertThrows(() => bufferOf([], { clipLimit }), RangeError, `clipLimit is ${clipLimit}`);
  }
  assertThrows(() => bufferOf([], { clipLimit: null as never }), TypeError, "clipLimit is null");
});

Deno.test("a buffer above 2^24 is sampled in all of its parts, evenly", () => {
  const size = 2 ** 24 + 2 ** 21;
  // Only experiences that are stored take memory and time.
  const ring = new Float32Array(size);
  ring.fill(1, 2 ** 24);
  const small = bufferOf([]).snapshot();
  const buffer = ReplayBuffer.restore({
    ...small,
    options: { ...small.options, size },
    observations: new Float32Array(size),
    nextObservations: new Float32Array(size),
    actions: new Float32Array(size),
    dones: new Float32Array(size),
    starts: new Float32Array(size),
    rewards: ring,
    stored: size,
    unseen: 0,
  });
  const { reward } = buffer.sample(key(0), 4000);
  const late = reward.dataSync().reduce((a, b) => a + b) / 4000;
  assertAlmostEquals(late, 1 / 9, 0.02);
});

Deno.test("a buffer that no machine can hold is refused when it is made", () => {
  for (const size of [1e13, 2 ** 53 - 1]) {
    assertThrows(() => bufferOf([], { size }), RangeError, `size is ${size}`);
  }
});

Deno.test("a snapshot goes on to the same bits, also around the end of the ring", () => {
  for (const count of [0, 3, 9, 14]) {
    const rewards = Array.from({ length: count }, (_, i) => i);
    const first = bufferOf(rewards, { normUpdateEvery: 4 });
    const second = ReplayBuffer.restore(first.snapshot());
    assertEquals(rewardsOf(second), rewards.slice(-9));
    for (let i = 0; i < 20; i++) {
      for (const buffer of [first, second]) buffer.store({ ...fine, observation: [i], reward: -i });
      const [a, b] = [first, second].map((buffer) => buffer.sample(key(i), 7));
      assertEquals(a.observation.dataSync(), b.observation.dataSync());
      assertEquals(a.reward.dataSync(), b.reward.dataSync());
    }
    assertEquals(first.snapshot(), second.snapshot());
  }
});

Deno.test("a snapshot that does not fit itself is refused", () => {
  const whole = bufferOf([1, 2, 3]).snapshot();
  const refuse = (part: object, kind: typeof TypeError | typeof RangeError, problem: string) =>
    assertThrows(() => ReplayBuffer.restore({ ...whole, ...part }), kind, problem);
  refuse({ stored: 2 }, TypeError, "observations has length 3, expected 2");
  refuse({ rewards: Float32Array.of(1, NaN, 3) }, RangeError, "rewards has a number");
  refuse({ rewards: [1, 2, 3] }, TypeError, "rewards is an array");
  refuse({ unseen: 50 }, RangeError, "unseen is 50");
  refuse({ statistics: { ...whole.statistics, count: NaN } }, RangeError, "count is NaN");
});

Deno.test("forks share memory, and never see what the other has stored", () => {
  const first = bufferOf([1, 2, 3]);
  const [second, third] = [first.fork(), first.fork()];
  first.store({ ...fine, reward: 4 });
  second.store({ ...fine, reward: 5 });
  second.store({ ...fine, reward: 6 });
  assertEquals([first, second, third].map(rewardsOf), [[1, 2, 3, 4], [1, 2, 3, 5, 6], [1, 2, 3]]);
  assertEquals(third.sample(key(0), 50).reward.dataSync().every((r) => r <= 3), true);
  for (let i = 0; i < 6; i++) first.store({ ...fine, reward: 10 + i });
  for (const use of [() => third.snapshot(), () => third.sample(key(0), 1)]) {
    assertThrows(use, RangeError, "has overwritten its experiences");
  }
  assertEquals(rewardsOf(second), [1, 2, 3, 5, 6]);
});

Deno.test("rewards of several steps are summed within an episode, also side by side and in a ring", () => {
  // Two environments in turn. Observations count the steps; episodes end after 3, or are cut
  // after 4.
  const buffer = new ReplayBuffer({ obsDim: 1, actDim: 1, size: 11, clipLimit: Infinity });
  const rows: { reward: number; end: "done" | "cut" | undefined }[] = [];
  for (let k = 0; k < 16; k++) {
    const [environment, step] = [k % 2, Math.floor(k / 2)];
    const at = environment === 0 ? step % 3 : step % 4;
    const end = environment === 0 && at === 2
      ? "done"
      : environment === 1 && at === 3
      ? "cut"
      : undefined;
    const place = 10 * environment + at + 100 * Math.floor(step / (3 + environment));
    rows.push({ reward: 2 ** k, end });
    buffer.store({
      observation: [place],
      action: [k],
      reward: 2 ** k,
      nextObservation: [place + 1],
      done: end === "done",
    });
  }
  const batch = buffer.sample(key(0), 64, { steps: 3, gamma: 0.5, environments: 2 });
  const numbers = (x: { dataSync(): Float32Array } | undefined) => [...x?.dataSync() ?? []];
  const [rewards, dones, discounts] = [batch.reward, batch.done, batch.discount].map(numbers);
  numbers(batch.action).forEach((first, i) => {
    let [k, sum, discount] = [first, rows[first].reward, 0.5];
    while (rows[k].end === undefined && k + 2 < 16 && (k - first) / 2 < 2) {
      k += 2;
      sum += discount * rows[k].reward;
      discount *= 0.5;
    }
    assertEquals([rewards[i], dones[i], discounts[i]], [sum, +(rows[k].end === "done"), discount]);
  });
  assertEquals(new Set(numbers(batch.action)).size, 11);
  assertEquals(buffer.sample(key(0), 4, { steps: 1 }).discount, undefined);
  assertThrows(() => buffer.sample(key(0), 4, { steps: 0 }), RangeError, "steps is 0");
  assertThrows(() => buffer.sample(key(0), 4, { steps: 2, gamma: 2 }), RangeError, "gamma is 2");
});

Deno.test("rewards of an episode are not summed beyond its cut, though the next starts where it was", () => {
  const buffer = new ReplayBuffer({ obsDim: 1, actDim: 1, size: 6 });
  for (let i = 0; i < 8; i++) buffer.store({ ...fine, reward: 10 ** i, starts: i % 2 === 0 });
  const isWhole = (copy: ReplayBuffer) =>
    copy.sample(key(0), 64, { steps: 3, gamma: 1 }).reward.dataSync()
      .every((sum) => /^(11|1)0*$/.test(String(sum)));
  assertEquals(isWhole(buffer), true);
  const snapshot = buffer.snapshot();
  assertEquals([...snapshot.starts ?? []], [1, 0, 1, 0, 1, 0]);
  assertEquals(isWhole(ReplayBuffer.restore(snapshot)), true);
  const { starts: _, ...old } = snapshot; // before starts were kept
  assertEquals(isWhole(ReplayBuffer.restore(old)), false);
  assertThrows(() => buffer.store({ ...fine, starts: 1 as never }), TypeError, "starts is 1");
});
