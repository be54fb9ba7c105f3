import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { readMembers } from "../members.ts";
import { repositoryRoot, runDeno } from "../run_deno.ts";

/** The numbers of the lines of a program that have a type error; the first line is 1. */
export type WrongLines = ReadonlySet<number>;

/**
 * Checks the types of programs against the sources of the packages, and returns the messages. They
 * tell of faults in the packages, too, whose options a program's need not be. A check takes eight
 * seconds, however many programs it is for.
 */
export async function checkTypes(
  programs: Readonly<Record<string, string>>,
  compilerOptions: Readonly<Record<string, unknown>>,
): Promise<string> {
  const folder = await Deno.makeTempDir({ prefix: "spikeloop-types-" });
  try {
    const imports: Record<string, string> = {};
    for (const { name, exports } of await readMembers()) {
      for (const [subpath, path] of Object.entries(exports)) {
        const file = pathToFileURL(join(repositoryRoot, "packages", name, path)).href;
        imports[`@spikeloop/${name}${subpath.slice(1)}`] = file;
      }
    }
    const config = join(folder, "deno.json");
    await Deno.writeTextFile(config, JSON.stringify({ imports, compilerOptions }));
    const files = Object.entries(programs).map(async ([name, program]) => {
      const file = join(folder, name);
      await Deno.writeTextFile(file, program);
      return file;
    });
    const args = ["check", "--quiet", "--config", config, ...await Promise.all(files)];
    return (await runDeno(args)).output;
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** Finds the lines of a file in the messages of Deno's or TypeScript's check. */
export function linesOf(output: string, file: string): WrongLines {
  const place = new RegExp(`${file.replaceAll(".", "\\.")}[:(](\\d+)[:,]\\d+`, "g");
  return new Set([...output.matchAll(place)].map(([, line]) => Number(line)));
}

/**
 * Compares the wrong lines of a program with its comments: a line after `// mistake` must be wrong,
 * and no other line may be.
 *
 * @returns Sentences about the lines where they differ.
 */
export function unexpected(program: string, wrong: WrongLines): string[] {
  const lines = program.split("\n");
  return lines.flatMap((line, i) => {
    const isMistake = i > 0 && lines[i - 1].startsWith("// mistake");
    if (isMistake === wrong.has(i + 1)) return [];
    return [`line ${i + 1} is ${isMistake ? "no type error" : "a type error"}: ${line}`];
  });
}
