import { posix } from "node:path";
import { findCycles } from "./find_cycle.ts";
import { findImports } from "./find_imports.ts";
import type { SourceFile } from "./source_files.ts";

/** Returns a message for each circle of imports between files, imports of types included. */
export function checkCircles(files: readonly SourceFile[]): string[] {
  const edges = files.flatMap(({ path, text }) =>
    findImports(text)
      .filter(({ specifier }) => specifier.startsWith("."))
      .map(({ specifier }) => [path, posix.join(posix.dirname(path), specifier)] as const)
  );
  return findCycles(edges).map((cycle) => `Files import each other: ${cycle.join(" -> ")}`);
}
