import type { Backend } from "../backend.ts";
import { cpu } from "../cpu/cpu.ts";
import { reference } from "../reference/reference.ts";

/** The backends of this package: the suites of operations run on each. */
export const backends: readonly Backend[] = [cpu, reference];

/** Registers a test per backend, which names it. */
export function testEach(name: string, run: (backend: Backend) => void): void {
  for (const backend of backends) Deno.test(`${name} (${backend.name})`, () => run(backend));
}
