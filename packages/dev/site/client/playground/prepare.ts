const specifiers = /(\bfrom\s*|\bimport\s*\(?\s*)(["'])@?spikeloop(?:\/([^"']*))?\2/g;

/**
 * Returns code as a module that runs in the page: imports of the library lead to a folder, and the
 * value of a last expression is exported as `$value`. Lines stay where they are.
 *
 * @param library The address of the folder with the library's modules, without a slash at its end.
 */
export function prepare(code: string, library: string): string {
  const start = lastExpression(code);
  const module = start === undefined
    ? code
    : `${code.slice(0, start)}export const $value = ${code.slice(start)}`;
  return module.replaceAll(
    specifiers,
    (_, head, quote, path) => `${head}${quote}${library}/${path || "spikeloop"}.js${quote}`,
  );
}

/** Code without imports and exports, for a parser that knows functions alone; lines stay. */
export function asFunction(code: string): string {
  const blank = (text: string) => text.replace(/[^\n]/g, " ");
  const body = code
    .replaceAll(/^import\s[^;]*?(?:from\s*)?["'][^"'\n]*["'];?/gm, blank)
    .replaceAll(/^export\s+(?:default\s+)?/gm, blank);
  return `async () => {"use strict"; ${body}\n}`;
}

/** A comment, a string, a bracket or the end of a statement. */
const tokens =
  /\/\/.*|\/\*[^]*?\*\/|`(?:\\.|[^`\\])*`|"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'|[[\](){};]/g;

const declaration =
  /^(?:async\s+function|function|class|const|let|var|if|else|for|while|do|switch|try|throw|return|import|export|break|continue|\{|\})(?![\w$])/;

/** Where the last statement begins if it is an expression. */
function lastExpression(code: string): number | undefined {
  const starts = [0];
  const comments: [number, number][] = [];
  let depth = 0;
  for (const { 0: token, index } of code.matchAll(tokens)) {
    const end = index + token.length;
    if (/^\/[/*]/.test(token)) comments.push([index, end]);
    if (/^[[({]$/.test(token)) depth++;
    if (/^[\])}]$/.test(token)) depth--;
    const isEnd = token === ";" || token === "}" && /^[ \t]*\n\s*[/\w$"'`([]/.test(code.slice(end));
    if (depth === 0 && isEnd) starts.push(end);
  }
  const skipBlanks = (start: number): number => {
    const first = start + (/^\s*/.exec(code.slice(start))?.[0].length ?? 0);
    const comment = comments.find(([begin]) => begin === first);
    return comment === undefined ? first : skipBlanks(comment[1]);
  };
  const last = starts.map(skipBlanks).findLast((start) => start < code.length);
  return last === undefined || declaration.test(code.slice(last)) ? undefined : last;
}
