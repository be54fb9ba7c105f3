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

// An environment may have left a timer or a connection.
process.exit(await main(process.argv.slice(2)));
