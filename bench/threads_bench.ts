// A second thread beside one: matrix products of numbers and of spikes, the time loop and its
// gradients by the size of the groups, and updates of TD3. One thread is the baseline. Groups of up
// to 25 units do not share multiStep: there the ratio shows the noise of the machine.
import { ilcSan } from "@spikeloop/actor";
import { ilc } from "@spikeloop/functional";
import { cubaLif } from "@spikeloop/neuron";
import { key, normal, split, uniform } from "@spikeloop/random";
import { rect } from "@spikeloop/surrogate";
import { grad, less, matmul, mul, sum, zeros } from "@spikeloop/tensor";
import { td3 } from "@spikeloop/training";
import { limitThreads, startThreads } from "@spikeloop/cpu";

/** Registers a program with one thread and with two. */
function compare(group: string, run: () => unknown): void {
  Deno.bench({ name: "one thread", group, baseline: true }, (b) => {
    limitThreads(1);
    b.start();
    run();
    b.end();
  });
  Deno.bench({ name: "two threads", group }, async (b) => {
    limitThreads(2);
    if (await startThreads() < 2) throw new Error("A second thread cannot be started here");
    b.start();
    run();
    b.end();
  });
}

for (const [m, k, n] of [[256, 256, 256], [1280, 256, 256], [1024, 1024, 1024]]) {
  const [x, weight] = [normal(key(0), [m, k]), normal(key(1), [n, k])];
  const spikes = less(uniform(key(2), [4 * m, k]), 0.2);
  compare(`matmul [${m}, ${k}] x [${k}, ${n}]`, () => matmul(x, weight, { transposeB: true }));
  const group = `spikes [${4 * m}, ${k}] at 20 % x [${k}, ${n}]`;
  compare(group, () => matmul(spikes, weight, { transposeB: true }));
}

const steps = 16;
/** [N, actDim, decPopDim] */
const sizes = [[256, 8, 10], [1024, 8, 10], [1024, 16, 16], [256, 4, 64], [1024, 4, 64], [
  1024,
  1,
  256,
]];

for (const [batch, actDim, decPopDim] of sizes) {
  const population = ilc(cubaLif, { actDim, decPopDim, surrogate: rect() });
  const params = population.init(key(0));
  const state = population.initialState(batch);
  const shape = [steps, batch, population.units];
  const x = uniform(key(1), shape, { min: -0.5, max: 0.5 });
  const weights = uniform(key(2), shape, { min: -1, max: 1 });
  const loss = (p: typeof params) => sum(mul(population.multiStep(p, state, x)[1], weights));
  const gradient = grad(loss);
  const name = `(${steps}, ${batch}, ${actDim}, ${decPopDim})`;
  compare(`multiStep ${name}`, () => population.multiStep(params, state, x));
  compare(`gradients of multiStep ${name}`, () => gradient(params));
}

/** Makes a function that does two updates of TD3: of the critics, and of all networks. */
function td3Pairs(units: number, lag: 0 | 1): () => void {
  const [obsDim, actDim, rows] = [17, 6, 100];
  const actor = ilcSan({ obsDim, actDim, hiddenSizes: [units, units] });
  const agent = td3({ actor, criticSizes: [units, units], lag });
  const batch = {
    observation: normal(key(1), [rows, obsDim]),
    action: uniform(key(2), [rows, actDim], { min: -1, max: 1 }),
    reward: normal(key(3), [rows]),
    nextObservation: normal(key(4), [rows, obsDim]),
    done: zeros([rows]),
  };
  let state = agent.init(key(0));
  let next = key(5);
  return () => {
    const keys = split(next, 3);
    next = keys[0];
    [state] = agent.update(state, batch, { timer: 1, key: keys[1] });
    [state] = agent.update(state, batch, { timer: 0, key: keys[2] });
  };
}

for (const units of [64, 256]) {
  const critics = `critics 23-${units}-${units}-1`;
  const group = `two updates of TD3, 17-170-${units}-${units}-60-6, ${critics}, batch 100`;
  // A lag changes results, so it is compared with the same updates without it.
  for (
    const [name, threads, lag] of [
      ["one thread", 1, 0],
      ["two threads", 2, 0],
      ["two threads, lag 1", 2, 1],
    ] as const
  ) {
    const pair = td3Pairs(units, lag);
    let isWarm = false;
    Deno.bench({ name, group, baseline: threads === 1, n: 64_000 / units }, (b) => {
      limitThreads(threads);
      // The threads start, and their code is compiled. Deno itself warms up for 10 ms.
      for (let i = 0; !isWarm && i < 128_000 / units; i++) pair();
      isWarm = true;
      b.start();
      pair();
      b.end();
    });
  }
}
