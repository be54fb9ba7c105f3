import { assert, assertEquals } from "@std/assert";
import { moduleBytes } from "@spikeloop/expr/wasm";
import { freeLength } from "../staging.ts";
import { matmulFunctions } from "./kernels.ts";
import { blockLength, places } from "./layout.ts";
import kernels from "./testdata/kernels.json" with { type: "json" };

/** A short name of a kernel's code, so that an accidental change, also of the assembler, shows. */
async function fingerprint(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  const hex = Array.from(digest.subarray(0, 8), (b) => b.toString(16).padStart(2, "0")).join("");
  return `${bytes.length} bytes, SHA-256 ${hex}...`;
}

Deno.test("the kernels of the matrix product are those of the snapshot", async () => {
  const current: Record<string, string> = {};
  for (const fn of matmulFunctions()) current[fn.name] = await fingerprint(moduleBytes([fn]));
  assertEquals(current, kernels, `After an intended change, keep ${JSON.stringify(current)}`);
});

Deno.test("the parts of a block of a product fit the staging memory", () => {
  assert(places.bias + blockLength / 2 <= freeLength);
});
