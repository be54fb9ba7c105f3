import { assertEquals } from "@std/assert";
import { fileURLToPath } from "node:url";
import { seedArguments } from "./run_seeds.ts";

Deno.test("the processes of seeds leave the lock file of a checkout as it is", () => {
  const program = fileURLToPath(new URL("./seed_process.ts", import.meta.url));
  const here = new URL("./run_seeds.ts", import.meta.url).href;
  assertEquals(seedArguments(here), ["run", "--quiet", "-A", "--no-lock", program]);
});

Deno.test("the processes of seeds heed the lock file of a program that imports the package", () => {
  const folder = "https://jsr.io/@spikeloop/training/0.1.0/cli";
  const args = ["run", "--quiet", "-A", `${folder}/seed_process.ts`];
  assertEquals(seedArguments(`${folder}/run_seeds.ts`), args);
});
