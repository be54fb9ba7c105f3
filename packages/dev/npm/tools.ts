/**
 * The npm packages that build and test the npm package. Computed specifiers load them, so that no
 * other task resolves or downloads them: `tools.lock` pins them, and `deno task bundle` fetches
 * them.
 */
export const toolSpecifiers = {
  esbuild: "npm:esbuild@0.28.1",
  typescript: "npm:typescript@6.0.3",
  marked: "npm:marked@18.2.1",
} as const;

/** The part of esbuild that is used. */
export interface Esbuild {
  build(options: BuildOptions): Promise<BuildResult>;
  stop(): Promise<void>;
}

/** Options of a build, as esbuild names them. */
export interface BuildOptions {
  readonly absWorkingDir?: string;
  readonly entryPoints?: readonly string[];
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
    readonly outputs: Readonly<Record<string, { readonly inputs: BundledInputs }>>;
  };
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

/** Loads the function that turns Markdown into HTML. */
export async function loadMarkdown(): Promise<(markdown: string) => string> {
  const specifier: string = toolSpecifiers.marked;
  const { Marked } = await import(specifier);
  const marked = new Marked({ gfm: true });
  return (markdown) => marked.parse(markdown, { async: false });
}

// Run as a script, it fails where a tool is missing.
if (import.meta.main) {
  await Promise.all([(await loadEsbuild()).stop(), loadTypeScript(), loadMarkdown()]);
}
