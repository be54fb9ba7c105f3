import { escapeHtml } from "./html.ts";

const keywords = {
  ts: "abstract|as|async|await|break|case|catch|class|const|continue|declare|default|delete|do|" +
    "else|enum|export|extends|false|finally|for|from|function|get|if|implements|import|in|infer|" +
    "instanceof|interface|is|keyof|let|new|null|of|private|protected|public|readonly|return|" +
    "satisfies|set|static|super|switch|this|throw|true|try|type|typeof|undefined|unique|var|" +
    "void|while|yield",
  wgsl: "array|bool|break|const|continue|else|f16|f32|false|fn|for|if|i32|let|loop|override|" +
    "ptr|return|struct|true|u32|var|vec2f|vec3f|vec4f|while",
  python: "and|as|assert|class|def|del|elif|else|except|False|finally|for|from|if|import|in|is|" +
    "lambda|None|not|or|pass|raise|return|True|try|while|with|yield",
  sh: "cd|do|done|else|export|fi|for|if|in|then|while",
  json: "false|null|true",
} as const;

const quoted = `"(?:\\\\.|[^"\\\\\\n])*"|'(?:\\\\.|[^'\\\\\\n])*'`;
const number = `(?<![\\w$.])(?:0x[\\da-fA-F]+|\\d[\\d_]*(?:\\.\\d+)?(?:e[+-]?\\d+)?)n?\\b`;

/** A pattern of tokens, whose groups are the classes of the style sheet. */
function pattern(comment: string, string: string, words: string, names = true): RegExp {
  const named = names
    ? `|(?<function>(?<![\\w$])[a-z_$][\\w$]*(?=\\())|(?<type>(?<![\\w$])[A-Z][\\w$]*)`
    : "";
  return new RegExp(
    `(?<comment>${comment})|(?<string>${string})|(?<number>${number})|` +
      `(?<keyword>(?<![\\w$.-])(?:${words})(?![\\w$-]))${named}`,
    "gm",
  );
}

const ts = pattern(
  "//.*|/\\*[^]*?\\*/",
  `\`(?:\\\\.|[^\`\\\\])*\`|${quoted}`,
  keywords.ts,
);
const sh = pattern("(?<=^|\\s)#.*", quoted, keywords.sh, false);

const languages: Readonly<Record<string, RegExp>> = {
  ts,
  js: ts,
  wgsl: pattern("//.*", quoted, keywords.wgsl),
  python: pattern("#.*", `"""[^]*?"""|${quoted}`, keywords.python),
  sh,
  yaml: sh,
  json: pattern("//.*", quoted, keywords.json, false),
};

/** Code as HTML, its tokens in elements whose classes the style sheet colours. */
export function highlight(code: string, language: string): string {
  const tokens = languages[language];
  if (tokens === undefined) return escapeHtml(code);
  let html = "";
  let end = 0;
  for (const match of code.matchAll(tokens)) {
    const [kind] = Object.entries(match.groups ?? {}).find(([, text]) => text !== undefined) ?? [];
    html += `${escapeHtml(code.slice(end, match.index))}<span class="${kind}">${
      escapeHtml(match[0])
    }</span>`;
    end = match.index + match[0].length;
  }
  return html + escapeHtml(code.slice(end));
}
