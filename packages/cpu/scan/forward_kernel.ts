import type { ScanArgs, ScanKernel } from "@spikeloop/backend";
import { SharedKernel } from "../threads/shared_kernel.ts";
import { emitRun, type RunArgs } from "./emit_run.ts";
import { emitSend } from "./emit_send.ts";
import { emitStep } from "./emit_step.ts";
import { emitStepAndSend, populationsPerTurn } from "./emit_step_and_send.ts";
import { scratch } from "./scratch.ts";
import { type PerUnit, turnBytes } from "./slab_arrays.ts";
import { type Wiring, wiringOf } from "./wiring.ts";

/** A neuron's time loop, compiled for a population size and for which parameters are given per unit. */
export interface ForwardKernel {
  /** How its units are connected. */
  readonly wiring: Wiring;
  /** Units that a turn of its loop takes. */
  readonly turn: number;
  /** Runs a tile. */
  readonly run: (args: RunArgs) => void;
  /** Its code. */
  readonly shared: SharedKernel;
}

/** Which parameters are given per unit, one bit each. */
export function perUnitBits({ params, units }: ScanArgs): number {
  let bits = 0;
  for (let i = 0; i < params.length; i++) {
    const p = params[i];
    if (typeof p !== "number" && p.length === units && units > 1) bits += 2 ** i;
  }
  return bits;
}

/** The same as a list. */
export function perUnitOf(bits: number, count: number): PerUnit {
  return Array.from({ length: count }, (_, i) => Math.floor(bits / 2 ** i) % 2 === 1);
}

const compiled = new WeakMap<ScanKernel, Map<string, ForwardKernel>>();

/**
 * The time loop of a kernel for populations of `group` units and these parameters given per unit; made once and kept
 * with the kernel. One that is traced writes each state beside the one before, others write over it.
 */
export function forwardKernel(
  kernel: ScanKernel,
  group: number,
  perUnit: number,
  traced: boolean,
): ForwardKernel {
  let variants = compiled.get(kernel);
  if (variants === undefined) compiled.set(kernel, variants = new Map());
  const key = `${group} ${perUnit} ${traced}`;
  let made = variants.get(key);
  if (made === undefined) variants.set(key, made = compile(kernel, group, perUnit, traced));
  return made;
}

function compile(
  kernel: ScanKernel,
  group: number,
  perUnit: number,
  traced: boolean,
): ForwardKernel {
  const wiring = wiringOf(group, kernel.binary);
  const byUnit = perUnitOf(perUnit, kernel.params.length);
  const pops = traced ? 0 : populationsPerTurn(wiring);
  const functions = pops > 0 ? [emitStepAndSend(kernel, wiring, byUnit), emitRun(false)] : [
    emitStep(kernel, {
      perUnit: byUnit,
      lateral: group > 0,
      bits: wiring.form === "table" || wiring.form === "rows",
      out: true,
      inPlace: !traced,
    }),
    emitSend(wiring),
    emitRun(group > 0),
  ];
  const shared = new SharedKernel(functions, scratch().memory);
  const turn = pops > 0 ? pops * group : turnBytes / 4;
  return { wiring, turn, run: runner(shared.exports.run), shared };
}

/** `run` with its arguments by name. */
export function runner(run: (...args: number[]) => number): (args: RunArgs) => void {
  return (a) => {
    run(
      a.steps,
      a.x,
      a.xStride,
      a.out,
      a.outStride,
      a.state,
      a.stateStride,
      a.slab,
      a.kept,
      a.keptStride,
      a.lateral,
      a.lateralStride,
      a.noise,
      a.noiseStride,
      a.noiseSlab,
      a.params,
      a.bits,
      a.bitsStride,
      a.bytes,
      a.table,
      a.list,
      a.rows,
      a.pops,
      a.last,
    );
  };
}
