import { assertEquals } from "@std/assert";
import { repositoryRoot } from "../run_deno.ts";
import { sectionsOf, shownRuns } from "./results.ts";
import { resultGroups } from "./rows.ts";

Deno.test("a page is divided into its sections", () => {
  const page = "# Results\n\nWords.\n\n## One\n\n### Inner\n\n1 ## 2\n\n## Two\n\nEnd\n";
  assertEquals([...sectionsOf(page)], [
    ["One", "## One\n\n### Inner\n\n1 ## 2\n"],
    ["Two", "## Two\n\nEnd\n"],
  ]);
});

Deno.test("a section shows as many runs as its table has rows", () => {
  assertEquals(shownRuns("## One\n\nWords.\n\nNot run: a.\n"), 0);
  assertEquals(shownRuns("## One\n\n| run | p |\n| --- | - |\n| a | – |\n| b | 0.1 |\n"), 2);
});

Deno.test("the page of results has all groups, in their order", () => {
  const titles = [...sectionsOf(Deno.readTextFileSync(`${repositoryRoot}/docs/results.md`)).keys()];
  assertEquals(titles, [...resultGroups.map(({ title }) => title), "What was not run"]);
});
