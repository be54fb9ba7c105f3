import type { Comment, Member, Tag } from "./doc_nodes.ts";
import { type ApiModule, type ApiSymbol, groups } from "./read_reference.ts";
import { memberSignature, membersOf, signature, type as typeText } from "./signatures.ts";

/** The page of an entry point as Markdown. */
export function referenceMarkdown({ specifier, doc, symbols, others }: ApiModule): string {
  const parts = groups.flatMap((group) => {
    const found = symbols.filter((symbol) => symbol.group === group);
    return found.length === 0 ? [] : [`## ${group}`, ...found.map(symbolMarkdown)];
  });
  const names = others.map(({ name }) => `\`${name}\``).join(", ");
  const also = names === "" ? [] : [`## Also exported`, names];
  return `${[`# ${specifier}`, doc.trim(), ...parts, ...also].join("\n\n")}\n`;
}

function symbolMarkdown({ name, declarations }: ApiSymbol): string {
  const { jsDoc } = declarations.find((declaration) => declaration.jsDoc !== undefined) ??
    declarations[0];
  const code = declarations.map((declaration) => signature(name, declaration)).join("\n");
  const members = declarations.flatMap(membersOf).map(memberMarkdown);
  return [`### ${name}`, "```ts\n" + code + "\n```", commentMarkdown(jsDoc), members.join("\n")]
    .filter((part) => part !== "").join("\n\n");
}

function memberMarkdown(member: Member): string {
  const doc = oneLine(member.jsDoc?.doc ?? "");
  const code = oneLine(memberSignature(member));
  return `- \`${code}\`${doc === "" ? "" : `: ${doc}`}`;
}

function commentMarkdown({ doc = "", tags = [] }: Comment = {}): string {
  const line = ({ kind, name, tsType, doc = "" }: Tag) =>
    `- ${[kind, name ?? (tsType && typeText(tsType))].filter(Boolean).join(" ")}: ${oneLine(doc)}`;
  const lines = tags.filter(({ kind }) => kind !== "example").map(line).join("\n");
  const examples = tags.filter(({ kind }) => kind === "example").map((tag) =>
    tag.doc?.trim() ?? ""
  );
  return [doc.trim(), lines, ...examples].filter((part) => part !== "").join("\n\n");
}

function oneLine(text: string): string {
  return text.trim().replaceAll(/\s*\n\s*/g, " ");
}
