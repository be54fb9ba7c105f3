import * as spikeloop from "@spikeloop/spikeloop";
import { assert, assertEquals } from "@std/assert";
import { join } from "node:path";
import { repositoryRoot } from "../run_deno.ts";

/** Names in the tables that are members, options, parameters or symbols. */
const members: ReadonlySet<string> = new Set([
  ...["bind", "initialState", "inspect", "multiStep", "trace"],
  ...["bias", "connection", "decPopDim", "learn", "mode", "noise", "vReset"],
  ...["alpha", "cDecay", "leak", "slope", "tau", "vDecay", "vThreshold"],
  ...["emit", "reset", "null"],
]);

const exported: ReadonlySet<string> = new Set([
  ...Object.keys(spikeloop),
  ...Object.keys(spikeloop.expr),
  ...Object.keys(spikeloop.surrogates),
]);

/** The names in code spans of the second column of each table, which has the names of here. */
function namesOfHere(guide: string): string[] {
  const rows = guide.split("\n").filter((line) => line.startsWith("| "));
  const cells = rows.filter((row) => row.split("|").length === 5).map((row) => row.split("|")[2]);
  const spans = cells.flatMap((cell) =>
    Array.from(cell.matchAll(/`([^`]+)`/g), ([, code]) => code)
  );
  return spans.flatMap((code) => /^\{? ?([A-Za-z]\w*)/.exec(code)?.[1] ?? []);
}

Deno.test("every name of Spikeloop in docs/porting_tables.md exists", () => {
  const guide = Deno.readTextFileSync(join(repositoryRoot, "docs/porting_tables.md"));
  const names = namesOfHere(guide);
  assert(names.length > 100, `${names.length} names`);
  const unknown = names.filter((name) => !exported.has(name) && !members.has(name));
  assertEquals([...new Set(unknown)], []);
});
