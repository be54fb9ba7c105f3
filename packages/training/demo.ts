/**
 * The demo: trains an ILC spiking actor by TD3 on pendulum swing-up, and writes a report.
 *
 * @module
 */
import { showCount } from "@spikeloop/errors";
import { type Key, key, split } from "@spikeloop/random";
import { type Checkpoint, writeCheckpoint } from "./checkpoint.ts";
import { freePaths, type RunPaths } from "./demo/free_paths.ts";
import { lockFolder } from "./files/lock_folder.ts";
import { type DemoArguments, parseArguments, usage } from "./demo/parse_arguments.ts";
import { pendulumSignals } from "./demo/pendulum_signals.ts";
import { say, standardError } from "./files/say.ts";
import { StopSignals } from "./files/stop_signals.ts";
import { trainActor } from "./demo/train_actor.ts";
import { writeFile } from "./files/write_file.ts";
import { TrainingProgress } from "./report/training_progress.ts";
import { recordEpisode } from "./report/record_episode.ts";
import { lateralWeightOf, policyOperations } from "./report/policy_operations.ts";
import { renderReport } from "./report/render_report.ts";
import { evaluateActor } from "./evaluate_actor.ts";
import { meanOf } from "./mean_of.ts";
import { messageOf } from "./message_of.ts";
import { pendulum } from "./environments/pendulum.ts";

/** The number of episodes that judge an actor before and after training. */
const finalEpisodes = 10;

/** Lets signals be handled. */
const breathe = () => new Promise<void>((resolve) => setTimeout(resolve, 0));

/** Saves checkpoints of one run. A save that fails is told at once, and does not end the run. */
class Saver {
  readonly #path: string;
  readonly #complain: (text: string) => void;
  #saved: Checkpoint["params"] | undefined;

  constructor(path: string, complain: (text: string) => void) {
    this.#path = path;
    this.#complain = complain;
  }

  /** Saves a checkpoint, and returns whether it is there. */
  save({ params, statistics }: Checkpoint): boolean {
    if (this.#saved === params) return true;
    try {
      writeFile(this.#path, writeCheckpoint({ params, statistics }));
      this.#saved = params;
      return true;
    } catch (error) {
      this.#complain(`${messageOf(error)}\n`);
      return false;
    }
  }
}

/**
 * Trains, and writes the files of the run.
 *
 * @returns The exit status.
 */
async function train(
  seed: number,
  steps: number,
  { checkpoint, report }: RunPaths,
  stop: StopSignals,
): Promise<number> {
  const startTime = performance.now();
  const [trainKey, beforeKey, afterKey, showKey] = split(key(seed), 4);
  const tell = (text: string) => say(text, stop);
  const complain = (text: string) => say(text, undefined, standardError);
  const task = `${pendulum().name}: ${showCount(steps, "step")}`;
  tell(`Training an ILC spiking actor on ${task}, seed ${seed}.\n`);
  const saver = new Saver(checkpoint, complain);
  const bar = new TrainingProgress(steps, Deno.stdout.isTerminal(), tell);
  const { actor, initial, best, curve, steps: stepsDone } = await trainActor({
    environment: pendulum,
    key: trainKey,
    steps,
    signal: stop.signal,
    onProgress: (step, episodeReturn) => bar.update(step, episodeReturn),
    onBest: (best) => void saver.save(best),
  });
  bar.end();

  if (!saver.save(best)) return 1;
  if (stop.status !== undefined) {
    tell(
      `Stopped after step ${stepsDone}. The best actor so far is saved in ${checkpoint}; ` +
        "readCheckpoint reads it.\n",
    );
    return stop.status;
  }
  const evaluate = ({ params, statistics }: Checkpoint, k: Key) =>
    evaluateActor({
      environment: pendulum,
      actor,
      params,
      statistics,
      episodes: finalEpisodes,
      key: k,
    });
  const [before, after] = [evaluate(initial, beforeKey), evaluate(best, afterKey)];
  const [recordingBefore, recording] = [
    await recordEpisode({ ...initial, actor }, pendulum(), showKey),
    await recordEpisode({ ...best, actor }, pendulum(), showKey),
  ];
  const seconds = (performance.now() - startTime) / 1000;
  const environment = pendulum().name;
  try {
    writeFile(
      report,
      renderReport({
        method: "ILC-SAN trained by TD3 with surrogate gradients",
        ...{ environment, seed, steps, seconds, before, after, curve, recording, recordingBefore },
        operations: await policyOperations({ ...best, actor }, recording.observations, showKey),
        lateralWeight: lateralWeightOf({ ...best, actor }),
        settings: { actor: JSON.parse(JSON.stringify(actor)) },
        signals: pendulumSignals(recording),
        note: "Random actions return about −1,200; swinging up the pole from any start and " +
          "holding it returns about −150. ",
      }),
    );
  } catch (error) {
    complain(`${messageOf(error)}\n`);
    return 1;
  }
  tell(
    `Mean return over ${finalEpisodes} fresh episodes: ${meanOf(before).toFixed(1)} before, ${
      meanOf(after).toFixed(1)
    } after.\n`,
  );
  tell(`Took ${seconds.toFixed(0)} s. Report: ${report}   Checkpoint: ${checkpoint}\n`);
  await breathe();
  return stop.status ?? 0;
}

/**
 * Runs the demo.
 *
 * @returns The exit status.
 */
async function run(seed: number, steps: number, out: string): Promise<number> {
  const stop = new StopSignals();
  try {
    const lock = await lockFolder(out);
    try {
      return await train(seed, steps, await freePaths(out), stop);
    } finally {
      lock.release();
    }
  } catch (error) {
    say(`${messageOf(error)}\n`, undefined, standardError);
    return 1;
  } finally {
    stop.close();
  }
}

/** Reads the arguments. If they are wrong, prints the error and the usage, and ends the process. */
function argumentsOrExit(): DemoArguments {
  try {
    return parseArguments(Deno.args);
  } catch (error) {
    console.error(`${messageOf(error)}\n\n${usage}`);
    Deno.exit(2);
  }
}

if (import.meta.main) {
  const { seed, steps, out, help } = argumentsOrExit();
  if (help) say(`${usage}\n`, undefined);
  else Deno.exit(await run(seed, steps, out));
}
