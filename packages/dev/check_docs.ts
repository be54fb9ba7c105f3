/**
 * Checks the form of comments: `deno run -A packages/dev/check_docs.ts [paths]`.
 *
 * @module
 */
import { showCount } from "@spikeloop/errors";
import { type SourceFile, sourceFiles } from "./source_files.ts";

const widest = 100;

/** The form of the line of each tag. */
const forms: Readonly<Record<string, { readonly form: RegExp; readonly expected: string }>> = {
  example: { form: /^@example(?: [A-Z`"].*)?$/, expected: "@example, or @example Title" },
  module: { form: /^@module$/, expected: "@module" },
  param: { form: /^@param [\w$]+ [A-Z0-9`"].+$/, expected: "@param name Sentence" },
  returns: { form: /^@returns [A-Z0-9`"].+$/, expected: "@returns Sentence" },
  throws: { form: /^@throws \{\w+\} \S.+$/, expected: "@throws {Kind} if ..." },
  typeParam: { form: /^@typeParam \w+ [A-Z0-9`"].+$/, expected: "@typeParam Name Sentence" },
};

/**
 * Returns everything that is wrong with the form of comments, one message each: a comment wider
 * than 100 columns, one that begins with "What", "Who" or "Gives", one that says "that" for a noun
 * that could be named again, a tag that does not start its line, and a tag in another form than the
 * house's.
 */
export function checkDocs({ path, text }: SourceFile): string[] {
  const lines = text.split("\n");
  const problems = lines.flatMap((line, i) => {
    if (!/^\s*(?:\/\/|\/?\*)|\s\/\/ /.test(line)) return [];
    const start = lines[i - 1]?.trim() === "/**" ? /^\s*\* / : /^\s*\/[/*]+ /;
    const [word] = /^(?:What|Who|Gives)\b/.exec(line.replace(start, "")) ?? [];
    return [
      ...(line.length > widest
        ? [`${path}:${i + 1} is ${line.length} columns wide, expected at most ${widest}`]
        : []),
      ...(word ? [`${path}:${i + 1} begins with "${word}", expected a noun or a verb`] : []),
      ...(/\bthat of\b/.test(line)
        ? [`${path}:${i + 1} says "that of", expected the noun that it stands for`]
        : []),
    ];
  });
  for (const comment of text.matchAll(/^[ \t]*\/\*\*.*?\*\//gms)) {
    const first = text.slice(0, comment.index).split("\n").length;
    let inCode = false;
    comment[0].split("\n").forEach((line, i) => {
      const words = line.replace(/^\s*(?:\/\*\*|\*(?!\/))? ?/, "").replace(/\s*\*\/$/, "");
      if (words.startsWith("```")) inCode = !inCode;
      const fault = inCode ? undefined : faultOf(words);
      if (fault) problems.push(`${path}:${first + i} ${fault}`);
    });
  }
  return problems;
}

/** Returns the fault of a line of a doc comment; undefined where there is none. */
function faultOf(line: string): string | undefined {
  const bare = line.replace(/`[^`]*`/g, "``").replace(/\{@\w+ [^}]*\}/g, "");
  const [inner] = bare.match(/(?<=\S.*)(?<=^|[\s(])@\w+/) ?? [];
  if (inner) return `has ${inner} within a line, expected it to start its own`;
  const [, tag] = bare.match(/^@(\w+)/) ?? [];
  if (tag === undefined) return undefined;
  if (forms[tag] === undefined) return `has an unknown tag @${tag}`;
  return forms[tag].form.test(line) ? undefined : `has "${line}", expected ${forms[tag].expected}`;
}

/** The faults of all comments in files and folders. */
export async function docProblems(paths: readonly string[]): Promise<string[]> {
  const problems: string[] = [];
  for (const path of paths) {
    for await (const file of sourceFiles(path)) problems.push(...checkDocs(file));
  }
  return problems;
}

if (import.meta.main) {
  const problems = await docProblems(Deno.args.length > 0 ? Deno.args : ["packages", "bench"]);
  for (const problem of problems) console.error(problem);
  console.error(`${showCount(problems.length, "fault")} in comments`);
  if (problems.length > 0) Deno.exit(1);
}
