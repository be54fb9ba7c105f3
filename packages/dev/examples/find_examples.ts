/** A code block of a Markdown file or of a doc comment, which runs as a test. */
export interface Example {
  /** The line of the file on which its code starts; the first line is 1. */
  readonly line: number;
  readonly code: string;
}

/** A fence and its code up to the next fence; in doc comments, each line begins with a star. */
const blocks = /^( *\* ?|)```(.*)\n([^]*?)^\1```$/gm;

/** Finds the blocks of a file that are marked as `ts` and nothing else. */
export function findExamples(text: string): Example[] {
  return [...text.matchAll(blocks)].filter((match) => match[2].trim() === "ts").map((match) => {
    const [, prefix, , code] = match;
    const line = text.slice(0, match.index).split("\n").length + 1;
    const stars = prefix === "" ? /^$/gm : /^ *\* ?/gm;
    return { line, code: code.replace(stars, "") };
  });
}
