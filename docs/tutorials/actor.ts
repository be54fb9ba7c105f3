import { ilcSan } from "@spikeloop/actor";
import { progressBar } from "@spikeloop/data";
import { linePlot } from "@spikeloop/plot";
import { key, split, uniform } from "@spikeloop/random";
import {
  act,
  emptyStatistics,
  evaluateActor,
  makeEnvironment,
  type Policy,
  readCheckpoint,
  td3,
  trainTd3,
  writeCheckpoint,
} from "@spikeloop/training";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import process from "node:process";

const river = () =>
  makeEnvironment({
    name: "river",
    observationSpace: { low: Array(4).fill(-Infinity), high: Array(4).fill(Infinity) },
    actionSpace: { low: [-1, -1], high: [1, 1] },
    maxSteps: 60,
    start: (k) => {
      const [x, y] = uniform(k, [2], { min: -1, max: 1 }).dataSync();
      return { x, y, vx: 0, vy: 0 };
    },
    observe: ({ x, y, vx, vy }) => [x, y, vx, vy],
    advance: (boat, [ahead, aside]: [number, number]) => {
      const current = 0.03 * Math.exp(-4 * boat.y ** 2); // strongest in the middle
      const vx = 0.9 * boat.vx + 0.01 * ahead;
      const vy = 0.9 * boat.vy + 0.01 * aside;
      const state = { x: boat.x + vx - current, y: boat.y + vy, vx, vy };
      return { state, reward: -Math.hypot(state.x, state.y), terminated: false };
    },
  });

const boat = river();
console.log(boat.reset(key(0))); // x, y and two speeds
for (let t = 0; t < 59; t++) boat.step([0, 0]);
console.log("after 60 steps without a motor:", boat.step([0, 0]).observation.slice(0, 2));

const actor = ilcSan({ obsDim: 4, actDim: 2, hiddenSizes: [64, 64] });
const agent = td3({ actor, criticSizes: [64, 64], actorLearningRate: 5e-4 });

const seed = Number(process.argv[2] ?? 0);
const [initKey, trainKey, testKey] = split(key(seed), 3);
const judge = (policy: Policy) => {
  const returns = evaluateActor({ environment: river, ...policy, episodes: 20, key: testKey });
  return returns.reduce((a, b) => a + b) / returns.length;
};
const fresh = agent.init(initKey);
let policy: Policy = { actor, params: fresh.networks.actor, statistics: emptyStatistics(4) };
const [places, scores] = [[0], [judge(policy)]];

const steps = Number(process.argv[3] ?? 8000);
const bar = progressBar({ total: steps, label: "steps" });
const run = trainTd3({ environment: river(), agent, state: fresh, key: trainKey, steps });
for (const { step, state, statistics } of run) {
  if (step % 500 !== 0) continue;
  policy = { actor, params: state.networks.actor, statistics };
  places.push(step);
  scores.push(judge(policy));
  bar.update(step, `mean return ${scores.at(-1)?.toFixed(1)}`);
}
bar.end();
console.log(`mean return: ${scores[0].toFixed(1)} before, ${scores.at(-1)?.toFixed(1)} after`);

const paths = split(key(1), 4).map((startKey, i) => {
  const task = river();
  let observation = task.reset(startKey);
  const [x, y] = [[observation[0]], [observation[1]]];
  for (let isOver = false; !isOver;) {
    const result = task.step(act(policy, observation));
    observation = result.observation;
    isOver = result.truncated;
    x.push(observation[0]);
    y.push(observation[1]);
  }
  return { name: `start ${i + 1}`, x, y };
});
await mkdir("actor-out", { recursive: true });
await writeFile(
  "actor-out/paths.svg",
  linePlot(paths, { title: "Four crossings to the buoy at 0, 0", xLabel: "x", yLabel: "y" }),
);
await writeFile(
  "actor-out/learning.svg",
  linePlot([{ name: "return", x: places, y: scores }], {
    title: "Learning",
    xLabel: "step",
    yLabel: "mean return of 20 episodes",
  }),
);

await writeFile("actor-out/actor.safetensors", writeCheckpoint(policy));
const restored = readCheckpoint(await readFile("actor-out/actor.safetensors"), actor);
console.log("mean return of the saved actor:", judge({ actor, ...restored }).toFixed(1));
