/**
 * The demo: trains an ILC spiking actor by TD3 on pendulum swing-up, and writes a report.
 *
 * @module
 */
import { type Key, key, split } from "@spikeloop/random";
import { type Checkpoint, writeCheckpoint } from "./checkpoint.ts";
import { type DemoArguments, parseArguments, usage } from "./demo/parse_arguments.ts";
import { ProgressBar } from "./demo/progress_bar.ts";
import { recordEpisode } from "./demo/record_episode.ts";
import { renderReport } from "./demo/render_report.ts";
import { trainActor } from "./demo/train_actor.ts";
import { evaluateActor } from "./evaluate_actor.ts";
import { pendulum } from "./pendulum.ts";

/** The number of episodes that judge an actor before and after training. */
const finalEpisodes = 10;

const mean = (x: readonly number[]) => x.reduce((a, b) => a + b, 0) / x.length;

/** Lets signals be handled. */
const breathe = () => new Promise<void>((resolve) => setTimeout(resolve, 0));

/** Makes a folder and tries to write to it, so that a failure shows before training. */
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

/**
 * Runs the demo.
 *
 * @returns The exit status.
 */
async function run(seed: number, steps: number, out: string): Promise<number> {
  const startTime = performance.now();
  const [trainKey, beforeKey, afterKey, showKey] = split(key(seed), 4);
  if (!await isWritable(out)) return 1;
  const [checkpointPath, reportPath] = [`${out}/actor.safetensors`, `${out}/report.html`];
  console.log(`Training an ILC spiking actor on ${pendulum().name}: ${steps} steps, seed ${seed}.`);

  let interrupted = false;
  const interrupt = () => {
    interrupted = true;
  };
  const bar = new ProgressBar(
    steps,
    Deno.stdout.isTerminal(),
    (text) => Deno.stdout.writeSync(new TextEncoder().encode(text)),
  );
  let lastBreath = startTime;
  Deno.addSignalListener("SIGINT", interrupt);
  const { actor, initial, best, curve, steps: stepsDone } = await trainActor({
    environment: pendulum,
    key: trainKey,
    steps,
    onStep: async (step, episodeReturn) => {
      bar.update(step, episodeReturn);
      if (performance.now() - lastBreath > 50) {
        await breathe();
        lastBreath = performance.now();
      }
      return interrupted ? "stop" : "go on";
    },
  });
  bar.close();
  Deno.removeSignalListener("SIGINT", interrupt);

  await Deno.writeFile(checkpointPath, writeCheckpoint(best));
  if (interrupted) {
    console.log(
      `Stopped after ${stepsDone} steps. The best actor so far is saved in ${checkpointPath}; ` +
        "readCheckpoint reads it.",
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
  const [before, after] = [evaluate(initial, beforeKey), evaluate(best, afterKey)];
  const recording = recordEpisode({ actor, ...best }, pendulum(), showKey);
  const seconds = (performance.now() - startTime) / 1000;
  const environment = pendulum().name;
  await Deno.writeTextFile(
    reportPath,
    renderReport({ environment, seed, steps, seconds, before, after, curve, recording }),
  );
  console.log(
    `Mean return over ${finalEpisodes} fresh episodes: ${mean(before).toFixed(1)} before, ${
      mean(after).toFixed(1)
    } after.`,
  );
  console.log(
    `Took ${seconds.toFixed(0)} s. Report: ${reportPath}   Checkpoint: ${checkpointPath}`,
  );
  return 0;
}

/** Reads the arguments. If they are wrong, prints the error and the usage, and ends the process. */
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
