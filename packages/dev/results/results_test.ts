import { assertEquals } from "@std/assert";
import { repositoryRoot } from "../run_deno.ts";
import { sectionsOf } from "./results.ts";
import { resultGroups } from "./rows.ts";

Deno.test("a page is divided into its sections", () => {
  const page = "# Results\n\nWords.\n\n## One\n\n### Inner\n\n1 ## 2\n\n## Two\n\nEnd\n";
  assertEquals([...sectionsOf(page)], [
    ["One", "## One\n\n### Inner\n\n1 ## 2\n"],
    ["Two", "## Two\n\nEnd\n"],
  ]);
});

Deno.test("the page of results has all groups, in their order", () => {
  const titles = [...sectionsOf(Deno.readTextFileSync(`${repositoryRoot}/docs/results.md`)).keys()];
  assertEquals(titles, [...resultGroups.map(({ title }) => title), "What was not run"]);
});
