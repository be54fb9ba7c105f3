import { posix } from "node:path";
import { findImports } from "./find_imports.ts";
import { findCycle, findCycles } from "./find_cycle.ts";
import { type ForbiddenImport, openToTests, outside } from "./layer_table.ts";
import type { SourceFile } from "./source_files.ts";

/** The rules of the check. */
export interface LayerRules {
  /** The layer of each package. */
  readonly layers: Readonly<Record<string, number>>;
  /** The entry points of a package other than `.`, such as `./cli`. None by default. */
  readonly entries?: Readonly<Record<string, readonly string[]>>;
  /** Imports that go down and are wrong nevertheless. None by default. */
  readonly forbidden?: readonly ForbiddenImport[];
}

/** One import between packages. */
interface Edge {
  readonly path: string;
  readonly from: string;
  readonly to: string;
  /** Where in the other package: "" for its `mod.ts`, else a subpath. */
  readonly subpath: string;
  /** `path:line imports "specifier"`. */
  readonly where: string;
  readonly isTest: boolean;
}

const scope = "@spikeloop/";

/**
 * Returns everything that is wrong with the imports between packages, one message each: an import
 * of the same or a higher layer, a forbidden import, a cycle, and a deep import past another
 * package's `mod.ts`.
 *
 * A test, a bench and a file in a folder `testing` may also import its own layer and the GPU
 * backend. Files of the unpublished package may import anything, but not deeply.
 */
export function checkLayers(files: readonly SourceFile[], rules: LayerRules): string[] {
  const edges = files.flatMap(edgesOf);
  const problems = edges.flatMap((edge) => problemWith(edge, rules) ?? []);
  const published = edges.filter(({ from, isTest }) => from !== outside && !isTest);
  const cycle = findCycle(published.map(({ from, to }) => [from, to] as const));
  if (cycle === undefined) return problems;
  const wheres = cycle.slice(1).map((to, i) =>
    published.find((edge) => edge.from === cycle[i] && edge.to === to)?.where
  );
  return [...problems, `Packages import each other: ${cycle.join(" -> ")} (${wheres.join("; ")})`];
}

function problemWith(
  edge: Edge,
  { layers, entries, forbidden = [] }: LayerRules,
): string | undefined {
  const { from, to, subpath, where } = edge;
  if (to !== outside && layers[to] === undefined) return `${where}, a package without a layer`;
  if (subpath !== "" && !entries?.[to]?.includes(`./${subpath}`)) {
    return `${where}, past the entry point of ${scope}${to}`;
  }
  if (from === outside) return undefined;
  if (layers[from] === undefined) return `${where}, but ${scope}${from} has no layer`;
  if (edge.isTest) {
    if (to === outside || to === openToTests || layers[to] <= layers[from]) return undefined;
    return `${where}, a test of layer ${layers[from]} that imports layer ${layers[to]}`;
  }
  if (to === outside) return `${where}, but published code cannot import the unpublished package`;
  const specifier = [`${scope}${to}`, subpath].join(subpath && "/");
  const rule = forbidden.find((f) => f.files.test(edge.path) && f.specifier === specifier);
  if (rule) return `${where}, but ${rule.reason}`;
  if (layers[to] < layers[from]) return undefined;
  return `${where}, but layer ${layers[from]} (${from}) imports lower layers only, and ${to} is ` +
    `of layer ${layers[to]}`;
}

function edgesOf({ path, text }: SourceFile): Edge[] {
  const from = packageOf(path);
  if (from === undefined) return [];
  const isTest = /(_test|_bench)\.ts$|\/(testing|bench)\//.test(path);
  return findImports(text).flatMap(({ specifier, line }) => {
    const target = targetOf(specifier, path);
    if (target === undefined || target.to === from && !specifier.startsWith("@")) return [];
    return [{ path, from, ...target, where: `${path}:${line} imports "${specifier}"`, isTest }];
  });
}

function targetOf(specifier: string, path: string): Pick<Edge, "to" | "subpath"> | undefined {
  if (specifier.startsWith(scope)) {
    const [to, ...rest] = specifier.slice(scope.length).split("/");
    return { to, subpath: rest.join("/") };
  }
  if (!specifier.startsWith(".")) return undefined;
  const resolved = posix.join(posix.dirname(path), specifier);
  const to = packageOf(resolved);
  if (to === undefined) return undefined;
  return { to, subpath: resolved.slice(`packages/${to}/`.length) };
}

function packageOf(path: string): string | undefined {
  return /^packages\/([^/]+)\//.exec(path)?.[1];
}

/** Returns a message for each circle of imports between files, imports of types included. */
export function checkCircles(files: readonly SourceFile[]): string[] {
  const edges = files.flatMap(({ path, text }) =>
    findImports(text)
      .filter(({ specifier }) => specifier.startsWith("."))
      .map(({ specifier }) => [path, posix.join(posix.dirname(path), specifier)] as const)
  );
  return findCycles(edges).map((cycle) => `Files import each other: ${cycle.join(" -> ")}`);
}
