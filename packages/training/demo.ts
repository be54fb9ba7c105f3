/**
 * The demo: TD3 trains an ILC spiking actor on pendulum swing-up from nothing, and writes a report.
 *
 * @module
 */
import { type Key, key, split } from "@spikeloop/random";
import { type Checkpoint, writeCheckpoint } from "./checkpoint.ts";
import { type DemoArguments, parseArguments, usage } from "./demo/arguments.ts";
import { ProgressBar } from "./demo/progress.ts";
import { recordEpisode } from "./demo/record_episode.ts";
import { report } from "./demo/report.ts";
import { trainActor } from "./demo/train_actor.ts";
import { evaluateActor } from "./evaluate_actor.ts";
import { pendulum } from "./pendulum.ts";

/** Episodes of the figures before and after. */
const finalEpisodes = 10;

const mean = (x: readonly number[]) => x.reduce((a, b) => a + b, 0) / x.length;

/** Lets signals in. */
const breathe = () => new Promise<void>((resolve) => setTimeout(resolve, 0));

/** Makes a folder, and says so where that or writing to it fails: better now than after training. */
async function isWritable(folder: string): Promise<boolean> {
  try {
    await Deno.mkdir(folder, { recursive: true });
    await Deno.remove(await Deno.makeTempFile({ dir: folder }));
    return true;
  } catch (error) {
    console.error(`Cannot write to ${folder}: ${error instanceof Error ? error.message : error}`);
    return false;
  }
}

/** Runs the demo; the exit status. */
async function run(seed: number, steps: number, out: string): Promise<number> {
  const begun = performance.now();
  const [trainKey, beforeKey, afterKey, showKey] = split(key(seed), 4);
  if (!await isWritable(out)) return 1;
  const [saved, page] = [`${out}/actor.safetensors`, `${out}/report.html`];
  console.log(`Training an ILC spiking actor on ${pendulum().name}: ${steps} steps, seed ${seed}.`);

  let stopped = false;
  const stop = () => {
    stopped = true;
  };
  const bar = new ProgressBar(
    steps,
    Deno.stdout.isTerminal(),
    (text) => Deno.stdout.writeSync(new TextEncoder().encode(text)),
  );
  let breath = begun;
  Deno.addSignalListener("SIGINT", stop);
  const { actor, untrained, trained, curve, steps: done } = await trainActor({
    environment: pendulum,
    key: trainKey,
    steps,
    onStep: async (step, episodeReturn) => {
      bar.update(step, episodeReturn);
      if (performance.now() - breath > 50) {
        await breathe();
        breath = performance.now();
      }
      return stopped ? "stop" : "go on";
    },
  });
  bar.close();
  Deno.removeSignalListener("SIGINT", stop);

  await Deno.writeFile(saved, writeCheckpoint(trained));
  if (stopped) {
    console.log(
      `Stopped after ${done} steps. The best actor so far is saved in ${saved}; readCheckpoint reads it.`,
    );
    return 130;
  }
  const evaluate = (checkpoint: Checkpoint, k: Key) =>
    evaluateActor({
      environment: pendulum,
      actor,
      ...checkpoint,
      episodes: finalEpisodes,
      key: k,
    });
  const [before, after] = [evaluate(untrained, beforeKey), evaluate(trained, afterKey)];
  const recording = recordEpisode(pendulum(), actor, trained, showKey);
  const seconds = (performance.now() - begun) / 1000;
  const environment = pendulum().name;
  await Deno.writeTextFile(
    page,
    report({ environment, seed, steps, seconds, before, after, curve, recording }),
  );
  console.log(
    `Mean return over ${finalEpisodes} fresh episodes: ${mean(before).toFixed(1)} before, ${
      mean(after).toFixed(1)
    } after.`,
  );
  console.log(`Took ${seconds.toFixed(0)} s. Report: ${page}   Checkpoint: ${saved}`);
  return 0;
}

/** What the arguments ask for; says what is wrong with them and ends the process otherwise. */
function argumentsOrExit(): DemoArguments {
  try {
    return parseArguments(Deno.args);
  } catch (error) {
    console.error(`${error instanceof Error ? error.message : error}\n\n${usage}`);
    Deno.exit(2);
  }
}

if (import.meta.main) {
  const { seed, steps, out, help } = argumentsOrExit();
  if (help) console.log(usage);
  else Deno.exit(await run(seed, steps, out));
}
