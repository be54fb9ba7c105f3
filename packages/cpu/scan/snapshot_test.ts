// Generated code is as it was: of each function its size and a hash, and one small loop as text.
// `deno test -A packages/cpu/scan -- --update` writes the snapshot anew. SNAPSHOT_TEXT=<folder>
// writes all code as text there: do so before and after a change, and compare the folders.
import { assertEquals } from "@std/assert";
import type { Func } from "@spikeloop/expr/wasm";
import { disassemble } from "../testing/disassemble.ts";
import { currentBased, integrateAndFire, noisyCount, slopes } from "@spikeloop/dev/testing";
import { keptValueOf } from "@spikeloop/backend";
import { groupingOf } from "./grouping.ts";
import { addRows, bits, collect, merge } from "./kernels/gradient.ts";
import { build } from "./kernels/lookup.ts";
import { back, backward, forward, run } from "./kernels/loops.ts";
import { pull } from "./kernels/pull.ts";
import { pack, unpack } from "./kernels/rows.ts";
import { send } from "./kernels/send.ts";
import { step } from "./kernels/step.ts";
import { backStep, backwardRoots } from "./kernels/step_pullback.ts";

/** The text of each function; calls refer to the places of the list. */
function textsOf(functions: readonly Func[]): readonly string[] {
  return disassemble(functions).split(/\n(?=\w+\()/);
}

/** FNV-1a of 32 bits. */
function hashOf(bytes: readonly number[]): string {
  const hash = bytes.reduce((h, byte) => Math.imul(h ^ byte, 0x01000193) >>> 0, 0x811c9dc5);
  return hash.toString(16).padStart(8, "0");
}

function summaryOf(functions: readonly Func[]): string {
  const texts = textsOf(functions);
  return functions.map(({ name, start, body }, i) => {
    const statements = texts[i].trim().split("\n").length - 1;
    const code = [...start, ...body];
    return `${name}: ${statements} statements, ${code.length} bytes, ${hashOf(code)}\n`;
  }).join("");
}

/** Compares text with a file in testdata. */
function assertSnapshot(name: string, text: string, whole: string): void {
  const file = new URL(`testdata/${name}.txt`, import.meta.url);
  const folder = Deno.env.get("SNAPSHOT_TEXT");
  if (folder !== undefined) Deno.writeTextFileSync(`${folder}/${name}.txt`, whole);
  if (Deno.args.includes("--update")) Deno.writeTextFileSync(file, text);
  const hint = "see --update and SNAPSHOT_TEXT in snapshot_test.ts";
  assertEquals(text, Deno.readTextFileSync(file), `${name} is not what it was; ${hint}`);
}

function assertSummary(name: string, functions: readonly Func[]): void {
  assertSnapshot(name, summaryOf(functions), disassemble(functions));
}

const perUnit = [false, false, true];

Deno.test("one step of integrate-and-fire units, and a sum, are the code that they were", () => {
  const kernel = integrateAndFire(slopes.rect);
  const options = { grouping: groupingOf(0, true), out: true, inPlace: true };
  const text = disassemble([step(kernel, { perUnit: [], ...options }), addRows()]);
  assertSnapshot("small_loops", text, text);
});

Deno.test("the kernels of a current-based neuron with spikes in groups of 10 are as they were", () => {
  const kernel = currentBased(slopes.rect);
  const grouping = groupingOf(10, true);
  const params = ["none", "sum", "none"] as const;
  const keptValue = keptValueOf(kernel, backwardRoots(kernel, params));
  const options = { perUnit, grouping, keptValue };
  assertSummary("current_based_10", [
    step(kernel, { ...options, out: true, inPlace: true }),
    send(grouping),
    run(),
    backStep(kernel, { perUnit, lateral: true, params, keptValue }),
    pull(grouping),
    collect(grouping, true),
    addRows(),
    back([0]),
    merge(grouping),
    backward(),
    pack(grouping),
    unpack(grouping),
    build(grouping),
  ]);
});

Deno.test("such a neuron without gradients steps and sends in one pass, as it did", () => {
  const options = {
    perUnit,
    grouping: groupingOf(10, true),
    out: true,
    inPlace: true,
    sends: true,
  };
  assertSummary("current_based_10_forward", [
    step(currentBased(slopes.rect), options),
    run(),
    forward(),
  ]);
});

Deno.test("the kernels of a neuron that counts, in groups of 3, are as they were", () => {
  const kernel = noisyCount();
  const grouping = groupingOf(3, false);
  assertSummary("noisy_count_3", [
    step(kernel, { perUnit: [false], grouping, out: true, inPlace: false }),
    send(grouping),
    run(),
    backStep(kernel, { perUnit: [false], lateral: true, params: ["rows"] }),
    pull(grouping),
    collect(grouping, false),
  ]);
});

Deno.test("groups of 30 units add a row of weights per spike, as they did", () => {
  const grouping = groupingOf(30, true);
  assertSummary("rows_30", [send(grouping), collect(grouping, false), bits()]);
});
