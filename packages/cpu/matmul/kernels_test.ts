import { assert, assertEquals } from "@std/assert";
import { moduleBytes } from "@spikeloop/expr/wasm";
import { freeLength } from "../staging.ts";
import { matmulFunctions } from "./kernels.ts";
import { blockLength, places, regionOf, tailBytes } from "./layout.ts";
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

/** Numbers that kernels may touch past an array's end. */
const slack = 64;

Deno.test("the parts of a block of a product fit the staging memory", () => {
  assert(places.bias + blockLength / 2 <= freeLength);
  const most = tailBytes / 4 + blockLength + blockLength / 4 + slack;
  assert(places.scratch + most <= places.bias);
  const region = regionOf(1);
  assert(region.scratch + most / 4 + slack <= regionOf(2).product);
});
