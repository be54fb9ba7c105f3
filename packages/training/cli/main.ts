import { didYouMean, fail } from "@spikeloop/errors";
import { say, standardError, standardOutput } from "../files/say.ts";
import { messageOf } from "../message_of.ts";
import { version } from "../version.ts";
import { compareCommand } from "./compare_command.ts";
import { divertPrints } from "./divert_prints.ts";
import { evaluateCommand } from "./evaluate_command.ts";
import { exportCommand } from "./export_command.ts";
import { helpOf, usage } from "./help.ts";
import { type KnownOptions, parseWords, type Words } from "./parse_words.ts";
import { reportCommand } from "./report_command.ts";
import { plainNames, recordNames } from "./run_config.ts";
import { resumeCommand, trainCommand } from "./train_command.ts";

/** A command with its options. */
interface Command {
  readonly run: (words: Words) => Promise<number> | number;
  readonly known: KnownOptions;
}

const commands: Readonly<Record<string, Command>> = {
  train: {
    run: trainCommand,
    known: {
      values: [
        ...plainNames.filter((name) => name !== "tensorboard"),
        "out",
        "config",
        "processes",
      ],
      flags: ["tensorboard", "json"],
      records: recordNames,
    },
  },
  resume: { run: resumeCommand, known: { values: ["steps", "processes"], flags: ["json"] } },
  evaluate: { run: evaluateCommand, known: { values: ["episodes", "seed"], flags: ["json"] } },
  compare: { run: compareCommand, known: { values: ["out", "measure"], flags: ["json"] } },
  report: { run: reportCommand, known: {} },
  export: { run: exportCommand, known: { values: ["format", "to", "dt"] } },
};

/**
 * Runs a command of the command line, and writes its output.
 *
 * @param words The words behind the name of the program.
 * @returns The exit status: 0, 1 after an error, 2 after wrong words, or a signal's.
 */
export async function main(words: readonly string[]): Promise<number> {
  const [name, ...rest] = words[0] === "--" ? words.slice(1) : words;
  const endDiversion = divertPrints();
  try {
    if (name === undefined || name === "--help" || name === "-h" || name === "help") {
      say(`${usage}\n`, undefined, name === undefined ? standardError : standardOutput);
      return name === undefined ? 2 : 0;
    }
    if (name === "--version") {
      say(`${version}\n`, undefined);
      return 0;
    }
    const command = Object.hasOwn(commands, name) ? commands[name] : failCommand(name);
    const parsed = parseWords(name, rest, command.known);
    if (parsed.options.has("help")) {
      say(`${helpOf(name)}\n`, undefined);
      return 0;
    }
    return await command.run(parsed);
  } catch (error) {
    const isUsage = error instanceof TypeError || error instanceof RangeError;
    const help = `\nspikeloop ${
      Object.hasOwn(commands, name ?? "") ? `${name} ` : ""
    }--help says more.`;
    say(`${messageOf(error)}${isUsage ? help : ""}\n`, undefined, standardError);
    return isUsage ? 2 : 1;
  } finally {
    endDiversion();
  }
}

function failCommand(name: string): never {
  const names = Object.keys(commands);
  return fail(`run ${name}`, `the commands are ${names.join(", ")}${didYouMean(name, names)}`);
}
