import { assertEquals } from "@std/assert";
import { disassemble } from "../testing/disassemble.ts";
import { currentBased, noisyCount, slopes } from "@spikeloop/dev/testing";
import { emitBack } from "./emit_back.ts";
import { backwardRoots, emitBackStep } from "./emit_back_step.ts";
import { emitCollect } from "./emit_collect.ts";
import { emitMerge, emitUnpack } from "./emit_gradient.ts";
import { emitPull } from "./emit_pull.ts";
import { emitRun } from "./emit_run.ts";
import { emitSend } from "./emit_send.ts";
import { emitStep } from "./emit_step.ts";
import { emitStepAndSend } from "./emit_step_and_send.ts";
import { emitAddRows, emitFlush } from "./emit_sums.ts";
import { emitBuild } from "./emit_tables.ts";
import { keptValue } from "./kept_value.ts";
import { wiringOf } from "./wiring.ts";

/** Compares text with a file in testdata. `deno test -A packages/cpu/scan -- --update` writes it anew. */
function assertSnapshot(name: string, text: string): void {
  const file = new URL(`testdata/${name}.txt`, import.meta.url);
  if (Deno.args.includes("--update")) Deno.writeTextFileSync(file, text);
  assertEquals(text, Deno.readTextFileSync(file), `${name} is not what it was; see --update`);
}

const perUnit = [false, false, true];

Deno.test("the kernels of a current-based neuron with spikes in populations of 10 are as they were", () => {
  const kernel = currentBased(slopes.rect);
  const wiring = wiringOf(10, true);
  const params = ["none", "sum", "none"] as const;
  const kept = keptValue(kernel, backwardRoots(kernel, params));
  const step = { perUnit, lateral: true, bits: true, kept };
  assertSnapshot(
    "current_based_10",
    disassemble([
      emitStep(kernel, { ...step, out: true, inPlace: true }),
      emitSend(wiring),
      emitRun(true, true),
      emitBackStep(kernel, { perUnit, lateral: true, gOut: true, params, kept }),
      emitPull(wiring),
      emitCollect(wiring, true),
      emitAddRows(),
      emitBack({ lateral: true, isKept: true, weights: true, sums: [0] }),
      emitUnpack(wiring),
      emitFlush(),
      emitMerge(wiring),
      emitBuild(wiring),
    ]),
  );
});

Deno.test("such a neuron without gradients steps and sends in one pass, as it did", () => {
  const step = emitStepAndSend(currentBased(slopes.rect), wiringOf(10, true), perUnit);
  assertSnapshot("current_based_10_forward", disassemble([step, emitRun(false)]));
});

Deno.test("the kernels of a neuron that counts, in populations of 3, are as they were", () => {
  const kernel = noisyCount();
  const wiring = wiringOf(3, false);
  assertSnapshot(
    "noisy_count_3",
    disassemble([
      emitStep(kernel, { perUnit: [false], lateral: true, bits: false, out: true, inPlace: false }),
      emitSend(wiring),
      emitRun(true),
      emitBackStep(kernel, { perUnit: [false], lateral: true, gOut: true, params: ["rows"] }),
      emitPull(wiring),
      emitCollect(wiring, false),
    ]),
  );
});

Deno.test("populations of 30 units add a row of weights per spike, as they did", () => {
  const wiring = wiringOf(30, true);
  assertSnapshot("rows_30", disassemble([emitSend(wiring), emitCollect(wiring, false)]));
});
