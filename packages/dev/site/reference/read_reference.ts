import { fileURLToPath, pathToFileURL } from "node:url";
import { join, posix, relative } from "node:path";
import type { Entry } from "../../npm/manifest.ts";
import { repositoryRoot } from "../../run_deno.ts";
import type { Comment, Declaration, DocModule, DocSymbol, Place } from "./doc_nodes.ts";

/** A name that a package exports, with its declarations. */
export interface ApiSymbol {
  readonly name: string;
  readonly group: Group;
  readonly declarations: readonly Declaration[];
  /** Its page and fragment, from the root of the site. */
  readonly address: string;
  /** The file that declares it, from the root of the repository. */
  readonly file: string;
  readonly line: number;
}

/** The groups of names on a page, in their order. */
export const groups = ["Functions", "Values", "Classes", "Types"] as const;

/** A group of names. */
export type Group = (typeof groups)[number];

/** An entry point with its names. */
export interface ApiModule {
  readonly specifier: string;
  readonly page: string;
  /** Its folder below `packages`. */
  readonly folder: string;
  /** The doc comment of the module, in Markdown. */
  readonly doc: string;
  /** The names that this entry point explains. */
  readonly symbols: readonly ApiSymbol[];
  /** The names that it exports too, and that the page of another entry point explains. */
  readonly others: readonly ApiSymbol[];
}

/**
 * Reads the doc comments of entry points.
 *
 * @throws {Error} if Deno cannot read them.
 */
export async function readReference(entries: readonly Entry[]): Promise<ApiModule[]> {
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["doc", "--quiet", "--json", ...entries.map(({ path }) => path)],
    cwd: repositoryRoot,
  }).output();
  const decode = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
  if (code !== 0) throw new Error(`Cannot read the doc comments:\n${decode(stderr)}`);
  const nodes: Readonly<Record<string, DocModule>> = JSON.parse(decode(stdout)).nodes;
  return modulesOf(entries, (path) => nodes[pathToFileURL(join(repositoryRoot, path)).href]);
}

/** Sorts the names of modules: each is explained once, where the package is that declares it. */
export function modulesOf(
  entries: readonly Entry[],
  moduleAt: (path: string) => DocModule,
): ApiModule[] {
  const declarations = new Map<string, readonly Declaration[]>();
  for (const { path } of entries) {
    for (const symbol of moduleAt(path).symbols) {
      const [{ kind, location }] = symbol.declarations;
      if (kind !== "reference" && kind !== "namespace") {
        declarations.set(placeName(location), symbol.declarations);
      }
    }
  }
  const explained = new Map<string, ApiSymbol>();
  const lists = entries.map((entry) => {
    const symbols = moduleAt(entry.path).symbols.flatMap((symbol) => {
      const place = targetOf(symbol);
      const found = place === undefined ? undefined : declarations.get(placeName(place));
      return found === undefined ? [] : [apiSymbol(symbol.name, found, entry)];
    });
    return { entry, symbols };
  });
  // The entry point that lies nearest to the file explains it, and the facade never does.
  const distance = ({ path }: Entry, file: string) => {
    const folder = path.replace(/[^/]*$/, "");
    return path.startsWith("packages/spikeloop/") || !file.startsWith(folder) ? 0 : folder.length;
  };
  const nearest = new Map<string, number>();
  for (const { entry, symbols } of lists) {
    for (const symbol of symbols) {
      const place = namedPlace(symbol);
      const near = distance(entry, symbol.file);
      if (near <= (nearest.get(place) ?? -1)) continue;
      nearest.set(place, near);
      explained.set(place, symbol);
    }
  }
  return lists.map(({ entry, symbols }) => {
    const own = symbols.map((symbol) => explained.get(namedPlace(symbol)) ?? symbol);
    const page = pageOf(entry);
    const isOwn = ({ address }: ApiSymbol) => address.startsWith(`${page}#`);
    return {
      specifier: specifierOf(entry),
      page,
      folder: posix.dirname(entry.path).replace(/^packages\//, ""),
      doc: withoutExampleTags(moduleAt(entry.path).module_doc),
      symbols: own.filter(isOwn),
      others: own.filter((symbol) => !isOwn(symbol)),
    };
  });
}

function apiSymbol(name: string, declarations: readonly Declaration[], entry: Entry): ApiSymbol {
  const [{ location }] = declarations;
  return {
    name,
    group: groupOf(declarations),
    // A class tells more than the interface that completes it.
    declarations: declarations.toSorted((a, b) =>
      Number(b.kind === "class") - Number(a.kind === "class")
    ),
    address: `${pageOf(entry)}#${name}`,
    file: relative(repositoryRoot, fileURLToPath(location.filename)).replaceAll("\\", "/"),
    line: location.line,
  };
}

function groupOf(declarations: readonly Declaration[]): Group {
  const kinds = new Set(declarations.map(({ kind }) => kind));
  if (kinds.has("class")) return "Classes";
  if (kinds.has("function")) return "Functions";
  return kinds.has("variable") ? "Values" : "Types";
}

/** Where a name is declared; a namespace is declared nowhere. */
function targetOf({ declarations: [{ kind, def, location }] }: DocSymbol): Place | undefined {
  if (kind === "namespace") return undefined;
  return kind === "reference" ? def.target : location;
}

/** Where a name is declared, and the name: some places have several. */
function namedPlace({ file, line, name }: ApiSymbol): string {
  return `${file}:${line}:${name}`;
}

function placeName({ filename, line, col }: Place): string {
  return `${filename}:${line}:${col}`;
}

/** A doc comment with its examples, in Markdown. */
function withoutExampleTags({ doc = "", tags = [] }: Comment = {}): string {
  const examples = tags.filter(({ kind }) => kind === "example").map((tag) => tag.doc ?? "");
  return [doc, ...examples].join("\n\n");
}

/** The name by which a program imports an entry point. */
export function specifierOf({ subpath, path }: Entry): string {
  const isFacade = path.startsWith("packages/spikeloop/");
  return `@spikeloop${isFacade ? "/spikeloop" : ""}${subpath.slice(1)}`;
}

/** The page of an entry point in the reference, from the root of the site. */
export function pageOf({ subpath }: Entry): string {
  return `api/${subpath === "." ? "spikeloop" : posix.normalize(subpath)}.html`;
}
