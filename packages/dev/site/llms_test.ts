import { assertEquals } from "@std/assert";
import { firstParagraph, llmsFull, llmsIndex } from "./llms.ts";

Deno.test("llmsIndex() lists pages by part, with a note where there is one", () => {
  const links = [{ title: "A", address: "a.md" }, { title: "B", address: "b.md", note: "more" }];
  assertEquals(
    llmsIndex("What it is.", [{ title: "Start", links }]),
    "# Spikeloop\n\n> What it is.\n\n## Start\n\n- [A](a.md)\n- [B](b.md): more\n",
  );
});

Deno.test("llmsFull() writes texts one after another, below their paths", () => {
  const sources = ["a", "b"].map((name) => ({
    path: `${name}.md`,
    text: `# ${name}\n`,
    title: name,
  }));
  assertEquals(llmsFull(sources), "<!-- a.md -->\n\n# a\n\n<!-- b.md -->\n\n# b\n");
});

Deno.test("firstParagraph() is one line without headings and links", () => {
  assertEquals(firstParagraph("# T\n\nOne\n[two](x.md).\n\nThree."), "One two.");
});
