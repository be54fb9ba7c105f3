/**
 * The demo: TD3 trains an ILC spiking actor on pendulum swing-up from nothing, and writes a report.
 *
 * @module
 */
import { ilcSan } from "@spikeloop/actor";
import { key, split } from "@spikeloop/random";
import { type Checkpoint, writeCheckpoint } from "./checkpoint.ts";
import { parseArguments, usage } from "./demo/arguments.ts";
import { ProgressBar } from "./demo/progress.ts";
import { recordEpisode } from "./demo/record_episode.ts";
import { type LearningCurve, report } from "./demo/report.ts";
import { pendulum } from "./pendulum.ts";
import { emptyStatistics } from "./running_statistics.ts";
import { td3 } from "./td3.ts";
import { evaluateActor, trainTd3 } from "./train.ts";

/** Episodes of the figures before and after. */
const finalEpisodes = 10;
/** Every so many steps the actor is tried without noise, and kept if it is the best so far. */
const testEvery = 500;
const testEpisodes = 3;

const mean = (x: readonly number[]) => x.reduce((a, b) => a + b, 0) / x.length;

/** Lets signals and timers in. */
const breathe = () => new Promise<void>((resolve) => setTimeout(resolve, 0));

async function run(seed: number, steps: number, out: string): Promise<void> {
  const environment = pendulum();
  const actor = ilcSan({ obsDim: 3, actDim: 1, hiddenSizes: [64, 64], actLimit: 2 });
  const agent = td3({
    actor,
    criticSizes: [64, 64],
    actorLearningRate: 1e-3,
    criticLearningRate: 1e-3,
  });
  const [trainKey, testKey, beforeKey, afterKey, showKey] = split(key(seed), 5);
  const evaluate = (checkpoint: Checkpoint, episodes: number, k: typeof testKey) =>
    evaluateActor({ environment, actor, ...checkpoint, episodes, key: k });

  let stopped = false;
  const stop = () => {
    stopped = true;
  };
  Deno.addSignalListener("SIGINT", stop);
  console.log(
    `Training an ILC spiking actor on ${environment.name}: ${steps} steps, seed ${seed}.`,
  );
  const begun = performance.now();
  const curve: LearningCurve = { episodes: [], tests: [] };
  let before: number[] = [];
  let latest: Checkpoint = {
    params: agent.init(trainKey).networks.actor,
    statistics: emptyStatistics(3),
  };
  let best = { checkpoint: latest, score: -Infinity };
  const bar = new ProgressBar(
    steps,
    Deno.stdout.isTerminal(),
    (text) => Deno.stdout.writeSync(new TextEncoder().encode(text)),
  );
  let breath = performance.now();
  try {
    // Training draws its own episodes from an environment of its own: trying the actor does not disturb it.
    for (const p of trainTd3({ environment: pendulum(), agent, key: trainKey, steps })) {
      latest = { params: p.state.networks.actor, statistics: p.statistics };
      if (p.step === 1) before = evaluate(latest, finalEpisodes, beforeKey);
      if (p.episodeReturn !== undefined) curve.episodes.push([p.step, p.episodeReturn]);
      if (p.step % testEvery === 0 || p.step === steps) {
        const score = mean(evaluate(latest, testEpisodes, testKey));
        curve.tests.push([p.step, score]);
        if (score >= best.score) best = { checkpoint: latest, score };
      }
      bar.update(p.step, p.episodeReturn);
      if (performance.now() - breath > 50) {
        await breathe();
        breath = performance.now();
      }
      if (stopped) break;
    }
  } finally {
    bar.close();
    Deno.removeSignalListener("SIGINT", stop);
  }

  await Deno.mkdir(out, { recursive: true });
  const { checkpoint } = best;
  const saved = `${out}/actor.safetensors`;
  await Deno.writeFile(saved, writeCheckpoint(checkpoint));
  if (stopped) {
    console.log(
      `Stopped. The best actor so far is saved in ${saved}; continue or use it with readCheckpoint.`,
    );
    return;
  }
  const after = evaluate(checkpoint, finalEpisodes, afterKey);
  const seconds = (performance.now() - begun) / 1000;
  const recording = recordEpisode(environment, actor, checkpoint, showKey);
  const page = `${out}/report.html`;
  await Deno.writeTextFile(
    page,
    report({
      environment: environment.name,
      seed,
      steps,
      seconds,
      before,
      after,
      curve,
      recording,
    }),
  );
  console.log(
    `Mean return over ${finalEpisodes} fresh episodes: ${mean(before).toFixed(1)} before, ${
      mean(after).toFixed(1)
    } after.`,
  );
  console.log(`Took ${seconds.toFixed(0)} s. Report: ${page}   Checkpoint: ${saved}`);
}

if (import.meta.main) {
  try {
    const { seed, steps, out, help } = parseArguments(Deno.args);
    if (help) console.log(usage);
    else await run(seed, steps, out);
  } catch (error) {
    if (!(error instanceof TypeError || error instanceof RangeError)) throw error;
    console.error(`${error.message}\n\n${usage}`);
    Deno.exit(2);
  }
}
