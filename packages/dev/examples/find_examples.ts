/** A code block of a Markdown file or of a doc comment, which runs as a test. */
export interface Example {
  /** The line of the file on which its code starts; the first line is 1. */
  readonly line: number;
  readonly code: string;
  readonly language: "ts" | "js";
}

/** The marks of blocks that run, and their languages: the site runs live ones in the page. */
const languages: Readonly<Record<string, Example["language"]>> = { "ts": "ts", "js live": "js" };

/** A fence and its code up to the next fence; in doc comments, each line begins with a star. */
const blocks = /^( *\* ?|)```(.*)\n([^]*?)^\1```$/gm;

/** Finds the blocks of a file that are marked as `ts` and nothing else, or as `js live`. */
export function findExamples(text: string): Example[] {
  return [...text.matchAll(blocks)].flatMap((match) => {
    const [, prefix, mark, code] = match;
    const language = languages[mark.trim()];
    if (language === undefined) return [];
    const line = text.slice(0, match.index).split("\n").length + 1;
    const stars = prefix === "" ? /^$/gm : /^ *\* ?/gm;
    return [{ line, code: code.replace(stars, ""), language }];
  });
}
