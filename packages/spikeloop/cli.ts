#!/usr/bin/env node
/**
 * The program `spikeloop` for Deno, Node and Bun.
 *
 * ```sh
 * deno run -A jsr:@spikeloop/spikeloop/cli train --env pendulum --steps 12000
 * npx spikeloop train --env pendulum --steps 12000
 * ```
 *
 * @module
 */
import process from "node:process";
import { main } from "@spikeloop/training/cli";

/** Environments may end the process, or wait for what never comes. */
const tell = () => {
  console.error("The program was ended by an environment, or by a promise that never resolves.");
  process.exitCode = 1;
};
process.once("exit", tell);
const status = await main(process.argv.slice(2));
process.off("exit", tell);
process.exit(status); // Timers and connections of environments end, too.
