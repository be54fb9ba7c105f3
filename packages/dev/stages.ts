import { docProblems } from "./check_docs.ts";
import { layerProblems } from "./layers.ts";
import { readMembers } from "./members.ts";
import { runDeno } from "./run_deno.ts";
import { checkTypes, runTests } from "./test.ts";

/** How a stage went. `output` is shown where it failed. */
export interface StageResult {
  readonly ok: boolean;
  readonly output: string;
}

/** One check of the gate. */
export interface Stage {
  readonly name: string;
  readonly run: () => Promise<StageResult>;
}

function deno(...args: string[]): () => Promise<StageResult> {
  return async () => {
    const { code, output } = await runDeno(args);
    return { ok: code === 0, output };
  };
}

async function check(): Promise<StageResult> {
  const { code, output } = await checkTypes();
  return { ok: code === 0, output };
}

async function layers(): Promise<StageResult> {
  const problems = await layerProblems();
  return { ok: problems.length === 0, output: problems.join("\n") };
}

/**
 * Every public symbol of every published entry point has a doc comment and a written type, and
 * every comment has the house's form.
 */
async function docs(): Promise<StageResult> {
  const problems = await docProblems(["packages", "bench"]);
  if (problems.length > 0) return { ok: false, output: problems.join("\n") };
  const entries = (await readMembers())
    .filter(({ isPublished }) => isPublished)
    .flatMap(({ name, exports }) =>
      Object.values(exports).map((path) => `packages/${name}/${path.replace(/^\.\//, "")}`)
    );
  return await deno("doc", "--quiet", "--lint", ...entries)();
}

async function test(): Promise<StageResult> {
  return { ok: await runTests([]), output: "" };
}

/** The gate in its order: the quick checks first. */
export const stages: readonly Stage[] = [
  { name: "fmt", run: deno("fmt", "--check") },
  { name: "lint", run: deno("lint") },
  { name: "check", run: check },
  { name: "layers", run: layers },
  { name: "docs", run: docs },
  { name: "publish", run: deno("publish", "--quiet", "--dry-run", "--allow-dirty") },
  { name: "test", run: test },
];
