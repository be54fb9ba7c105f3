/**
 * The npm packages that build and test the npm package and the site. Computed specifiers load them,
 * so that no other task resolves or downloads them: `tools.lock` pins them, and `deno task bundle`
 * fetches them.
 */
export const toolSpecifiers = {
  esbuild: "npm:esbuild@0.28.1",
  typescript: "npm:typescript@6.0.3",
  marked: "npm:marked@18.2.1",
  minisearch: "npm:minisearch@7.2.0",
  axe: "npm:axe-core@4.14.1",
} as const;

/** The part of esbuild that is used. */
export interface Esbuild {
  build(options: BuildOptions): Promise<BuildResult>;
  stop(): Promise<void>;
}

/** Options of a build, as esbuild names them. */
export interface BuildOptions {
  readonly absWorkingDir?: string;
  readonly entryPoints?: readonly string[] | Readonly<Record<string, string>>;
  readonly stdin?: { readonly contents: string; readonly resolveDir: string };
  readonly outbase?: string;
  readonly outdir?: string;
  readonly outfile?: string;
  readonly entryNames?: string;
  readonly chunkNames?: string;
  readonly write?: boolean;
  readonly bundle: boolean;
  readonly splitting?: boolean;
  readonly minify?: boolean;
  readonly keepNames?: boolean;
  readonly metafile?: boolean;
  readonly format: "esm" | "iife";
  readonly platform: "neutral" | "browser";
  readonly target?: string;
  readonly sourcemap?: boolean;
  readonly logLevel?: "silent" | "warning";
  readonly plugins?: readonly Plugin[];
}

/** The result of a build. */
export interface BuildResult {
  readonly outputFiles?: readonly { readonly path: string; readonly contents: Uint8Array }[];
  readonly metafile?: {
    readonly outputs: Readonly<Record<string, BundledFile>>;
  };
}

/** A file that a build has written. */
export interface BundledFile {
  readonly inputs: BundledInputs;
  /** The other files that it imports. */
  readonly imports: readonly { readonly path: string; readonly kind: string }[];
  /** The module that it begins with, if it begins with one. */
  readonly entryPoint?: string;
}

/** The share of each module in a bundle. */
export type BundledInputs = Readonly<Record<string, { readonly bytesInOutput: number }>>;

/** Where an import leads. */
export interface Resolution {
  readonly path: string;
  readonly external?: boolean;
  readonly sideEffects?: boolean;
}

/** A plugin that decides where imports lead. */
export interface Plugin {
  readonly name: string;
  setup(build: {
    onResolve(
      options: { readonly filter: RegExp },
      callback: (
        args: { readonly path: string; readonly importer: string; readonly kind: string },
      ) => Resolution | undefined,
    ): void;
  }): void;
}

/** The part of TypeScript that is used. */
export interface TypeScript {
  transpileDeclaration(source: string, options: {
    readonly fileName: string;
    readonly compilerOptions: Readonly<Record<string, unknown>>;
  }): { readonly outputText: string };
}

/** Loads esbuild; `stop()` ends its process. */
export async function loadEsbuild(): Promise<Esbuild> {
  const specifier: string = toolSpecifiers.esbuild;
  return await import(specifier);
}

/** Loads the TypeScript compiler. */
export async function loadTypeScript(): Promise<TypeScript> {
  const specifier: string = toolSpecifiers.typescript;
  return (await import(specifier)).default;
}

/** The class of marked, which turns Markdown into HTML. */
export type MarkedClass = new (options: {
  readonly gfm: boolean;
  readonly renderer: MarkedRenderer;
}) => { parse(markdown: string, options: { readonly async: false }): string };

/** Part of a text as marked has parsed it. */
export interface MarkdownToken {
  readonly type: string;
}

/** The object that marked calls functions of a renderer on. */
interface MarkedContext {
  readonly parser: { parseInline(tokens: readonly MarkdownToken[]): string };
}

type Inline = { readonly tokens: readonly MarkdownToken[] };

/** The functions that write HTML in marked's place. */
export interface MarkedRenderer {
  heading(this: MarkedContext, token: Inline & { readonly depth: number }): string;
  link(this: MarkedContext, token: Inline & { readonly href: string }): string;
  image(token: { readonly href: string; readonly text: string }): string;
  code(token: { readonly text: string; readonly lang?: string }): string;
  codespan(token: { readonly text: string }): string;
}

/** Loads the class of marked. */
export async function loadMarked(): Promise<MarkedClass> {
  const specifier: string = toolSpecifiers.marked;
  return (await import(specifier)).Marked;
}

/** An index of texts, as minisearch has it. */
export interface SearchIndex {
  addAll(documents: readonly Readonly<Record<string, unknown>>[]): void;
  toJSON(): unknown;
}

/** Loads the class of minisearch. */
export async function loadMiniSearch(): Promise<new (options: unknown) => SearchIndex> {
  const specifier: string = toolSpecifiers.minisearch;
  return (await import(specifier)).default;
}

/** Loads the text of axe-core, which finds faults of accessibility in the page that runs it. */
async function loadAxe(): Promise<string> {
  const specifier: string = toolSpecifiers.axe;
  return (await import(specifier)).default.source;
}

// Run as a script, it fails where a tool is missing, and prints the text of axe-core.
if (import.meta.main) {
  const [axe] = await Promise.all([
    loadAxe(),
    loadTypeScript(),
    loadMarked(),
    loadMiniSearch(),
    (await loadEsbuild()).stop(),
  ]);
  console.log(axe);
}
