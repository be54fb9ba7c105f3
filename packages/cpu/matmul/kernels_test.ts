import { assertEquals } from "@std/assert";
import { moduleBytes } from "@spikeloop/expr/wasm";
import { matmulFunctions } from "./kernels.ts";
import kernels from "./testdata/kernels.json" with { type: "json" };

/** What a kernel's code is known by: a change that was not meant, here or in the assembler, shows. */
async function fingerprint(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  const hex = Array.from(digest.subarray(0, 8), (b) => b.toString(16).padStart(2, "0")).join("");
  return `${bytes.length} bytes, SHA-256 ${hex}...`;
}

Deno.test("the kernels of the matrix product are those of the snapshot", async () => {
  const made: Record<string, string> = {};
  for (const fn of matmulFunctions()) made[fn.name] = await fingerprint(moduleBytes([fn]));
  assertEquals(made, kernels, `After a change that was meant, keep ${JSON.stringify(made)}`);
});
