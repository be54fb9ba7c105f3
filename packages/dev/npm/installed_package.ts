import { join } from "node:path";
import { repositoryRoot } from "../run_deno.ts";
import { mustRun, type ProgramOutcome, runProgram } from "./run_program.ts";
import { toolSpecifiers } from "./tools.ts";

/**
 * The command for a script of this package or an npm tool with the locked packages that Deno has
 * cached; never downloads.
 */
export function withTools(script: string, args: readonly string[]): [string, ...string[]] {
  const lock = join(repositoryRoot, "packages/dev/npm/tools.lock");
  return [
    Deno.execPath(),
    "run",
    "-A",
    "--cached-only",
    `--lock=${lock}`,
    "--frozen",
    script,
    ...args,
  ];
}

/** Why the npm package cannot be built and installed on this machine; undefined where it can. */
export async function missingTools(): Promise<string | undefined> {
  const built = await runProgram(
    withTools("packages/dev/npm/tools.ts", []),
    repositoryRoot,
  );
  if (!built.ok) return "its tools are not in Deno's cache: `deno task bundle` fetches them";
  const npm = await runProgram(["npm", "--version"], repositoryRoot);
  return npm.ok ? undefined : "npm is not installed";
}

/** The npm package, built, packed and installed into an empty folder as a user would. */
export async function installPackage(): Promise<string> {
  const folder = await Deno.makeTempDir({ prefix: "spikeloop-npm-" });
  const built = join(folder, "built");
  const project = join(folder, "project");
  await mustRun(withTools("packages/dev/npm/bundle.ts", [built]), repositoryRoot);
  await mustRun(["npm", "pack", "--silent", "--pack-destination", folder], built);
  await Deno.mkdir(project);
  await Deno.writeTextFile(join(project, "package.json"), `{ "type": "module", "private": true }`);
  const tarball = (await Array.fromAsync(Deno.readDir(folder)))
    .find(({ name }) => name.endsWith(".tgz"))?.name;
  const options = ["--offline", "--no-audit", "--no-fund"];
  await mustRun(["npm", "install", ...options, join(folder, `${tarball}`)], project);
  return project;
}

/** Bundles a program of the project with esbuild and returns the code. */
export async function bundleProgram(project: string, entry: string): Promise<string> {
  const out = join(project, `${entry}.bundle.js`);
  const args = [
    "--bundle",
    "--format=esm",
    "--target=es2022",
    `--outfile=${out}`,
    "--log-level=error",
  ];
  await mustRun(withTools(toolSpecifiers.esbuild, [join(project, entry), ...args]), repositoryRoot);
  return await Deno.readTextFile(out);
}

/**
 * Checks the types of programs of the project with TypeScript's compiler, and returns its messages:
 * with node16 as strictly as it can, the declarations of the package included.
 */
export async function checkTypes(
  project: string,
  files: readonly string[],
  moduleResolution: "node16" | "bundler",
): Promise<string> {
  const isStrictest = moduleResolution === "node16";
  const { output } = await runCompiler(project, files, {
    module: isStrictest ? "node16" : "esnext",
    moduleResolution,
    target: "es2022",
    strict: true,
    noUncheckedIndexedAccess: isStrictest,
    exactOptionalPropertyTypes: isStrictest,
    skipLibCheck: !isStrictest,
    noEmit: true,
    types: [],
  });
  return output;
}

/** Runs TypeScript's compiler on programs of the project. */
export async function runCompiler(
  project: string,
  files: readonly string[],
  compilerOptions: Readonly<Record<string, unknown>>,
): Promise<ProgramOutcome> {
  const config = join(project, "tsconfig.json");
  await Deno.writeTextFile(config, JSON.stringify({ compilerOptions, files }));
  const tsc = withTools(`${toolSpecifiers.typescript}/tsc`, ["-p", config]);
  return await runProgram(tsc, repositoryRoot);
}

/** Weighs programs with the installed package; throws where one breaks its budget. */
export async function weighPrograms(project: string): Promise<string> {
  const folder = join(project, "node_modules/spikeloop");
  return await mustRun(withTools("packages/dev/npm/weigh.ts", [folder]), repositoryRoot);
}
