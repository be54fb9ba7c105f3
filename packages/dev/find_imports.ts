/** One import of a source file. */
export interface Import {
  readonly specifier: string;
  /** 1-based line of the specifier. */
  readonly line: number;
}

const blockComment = /^[ \t]*\/\*[\s\S]*?\*\//gm;
const lineComment = /^[ \t]*\/\/.*$/gm;

const forms: readonly RegExp[] = [
  /^import\s+(?:[^"';]*?\bfrom\s*)?"([^"]+)"/gm,
  /^export\s+(?:type\s+)?(?:\*(?:\s+as\s+\w+)?|\{[^}]*\})\s*from\s*"([^"]+)"/gm,
  /\bimport\(\s*"([^"]+)"/g,
];

/**
 * Returns the imports and re-exports of a module in the order of its lines, types and dynamic
 * imports included. It relies on what `deno fmt` guarantees: declarations start a line and use
 * double quotes. Comments, and so documentation examples, do not count.
 */
export function findImports(source: string): Import[] {
  const code = source.replace(blockComment, blank).replace(lineComment, blank);
  return forms
    .flatMap((form) => [...code.matchAll(form)])
    .map((match) => ({ specifier: match[1], line: lineAt(code, match.index + match[0].length) }))
    .sort((a, b) => a.line - b.line);
}

function blank(comment: string): string {
  return comment.replace(/[^\n]/g, " ");
}

function lineAt(code: string, index: number): number {
  return code.slice(0, index).split("\n").length;
}
