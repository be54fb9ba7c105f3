import { actorNames } from "../make_actor.ts";
import { algorithms } from "./algorithms.ts";
import { environmentNames } from "./environments.ts";

/** The commands in a line each. */
export const usage = `Trains, evaluates and compares spiking actors.

  spikeloop train --env pendulum --algo td3 --steps 12000 --seeds 0-4 --out runs/pendulum
  spikeloop resume runs/pendulum        goes on with runs that were stopped or killed
  spikeloop evaluate runs/pendulum      runs episodes with the best actors
  spikeloop compare runs/*              a table and curves with spread over seeds
  spikeloop report runs/pendulum        writes report.html again
  spikeloop export runs/pendulum/seed-0 --format safetensors|nir --to actor.nir

  spikeloop <command> --help            the options of a command
  spikeloop --version                   the version`;

const texts: Readonly<Record<string, string>> = {
  train: `Trains an actor, with a process and a folder for each seed.

  spikeloop train --env NAME --steps N [options]

  --env NAME          ${wrapped(environmentNames)};
                      or a module whose default export makes an environment: ./my_env.ts
  --algo NAME         ${Object.keys(algorithms).join(", ")} (td3)
  --steps N           steps of all environments together
  --seeds LIST        seeds such as 3, 0-4 or 0,2,5-7 (0)
  --out FOLDER        the folder, with seed-0, seed-1, ... in it (runs/<env>)
  --config FILE       JSON with these options, such as the config.json of a run; --out,
                      --processes and --json stand beside it, and options that do win
  --environments N    environments side by side (1)
  --processes N       processes at once (the number of cores, and never more)
  --device cpu|gpu    the device (cpu)
  --tensorboard       writes event files for TensorBoard too
  --json              writes a line of JSON for every event, for programs

  --actor.kind NAME   ${actorNames.join(", ")} (ilc-san)
  --actor.<name>      options of ilcSan or mlpActor: --actor.hiddenSizes 64,64
                      --actor.connection none --actor.timeSteps 4 --actor.neuron lif
  --agent.<name>      options of the algorithm: --agent.actorLearningRate 1e-4
  --trainer.<name>    options of trainer: --trainer.noiseCorrelation 0.9 --trainer.batchSize 256
  --evaluate.every N  --evaluate.episodes N    evaluations (a twentieth of the steps, but at most
                                               5,000; 10)
  --checkpoint.every N                         checkpoints (a tenth of the steps, but at most 10,000)

Ctrl-C and SIGTERM save all runs and exit with 130 and 143; \`spikeloop resume\` goes on.`,
  resume: `Goes on with runs, to the same bits as without the interruption.

  spikeloop resume FOLDER... [options]

  FOLDER         the folder of a run, or of one seed
  --steps N      trains up to so many steps, instead of those in config.json
  --processes N  processes at once (the number of cores, and never more)
  --json         writes a line of JSON for every event, for programs`,
  evaluate: `Runs episodes without noise with the best actor of every seed.

  spikeloop evaluate FOLDER... [options]

  --episodes N  episodes of each actor (100)
  --seed N      draws the first states, the same ones for all actors (1000000)
  --json        writes a line of JSON for every actor`,
  compare: `Compares runs: a table with means over seeds and bootstrapped intervals, and curves.

  spikeloop compare FOLDER... [options]

  FOLDER          the folder of a run; the first one is compared with the others
  --measure NAME  best: the best evaluation of a seed; last: its last one (best)
  --out FOLDER    writes compare.md and a picture of each environment there
  --json          writes the figures as JSON`,
  report: `Writes report.html again, of the log and the best actor of every seed.

  spikeloop report FOLDER...`,
  export: `Exports the best actor of a seed.

  spikeloop export FOLDER --format safetensors|nir --to FILE [options]

  --format NAME  safetensors: all parameters by SpikingJelly's names, and the actor's options;
                 nir: the spiking layers of an ILC-SAN, without encoder and decoder
  --to FILE      the file (actor.safetensors or actor.nir in the folder)
  --dt SECONDS   the length of a time step, for NIR (0.001)`,
};

/** The help of a command. */
export function helpOf(command: string): string {
  return texts[command];
}

/** Names in lines below each other. */
function wrapped(names: readonly string[]): string {
  const half = Math.ceil(names.length / 2);
  const lines = [names.slice(0, half), names.slice(half)].map((line) => line.join(", "));
  return lines.join(",\n                      ");
}
