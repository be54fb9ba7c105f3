import type { ScanArgs, ScanKernel, ScanResult } from "../../backend.ts";
import { array } from "../../reference/array.ts";
import { copyOf, copyTogether } from "./allocate.ts";
import { type ForwardPlan, forwardPlan } from "./forward_plan.ts";
import { placeParams } from "./place_params.ts";
import { scratch } from "./scratch.ts";

/** T steps of a neuron: everything in one tile, or tile by tile. */
export function scan(kernel: ScanKernel, args: ScanArgs, trace: readonly number[]): ScanResult {
  const plan = forwardPlan(kernel, args, trace.length > 0);
  const { floats } = scratch();
  placeParams(floats, args, plan.rows, plan.run.slab, plan.run.params);
  const isWhole = plan.rows === args.batch && plan.steps === args.steps && trace.length === 0;
  return isWhole ? runWhole(plan, args, floats) : runTiles(plan, args, trace, floats);
}

function runWhole(
  { compiled, run }: ForwardPlan,
  args: ScanArgs,
  floats: Float32Array,
): ScanResult {
  const { lateral, noise, state } = args;
  const size = args.batch * args.units;
  floats.set(array(args.x), run.x / 4);
  for (let i = 0; i < noise.length; i++) {
    floats.set(array(noise[i]), (run.noise + i * run.noiseSlab) / 4);
  }
  for (let i = 0; i < state.length; i++) {
    floats.set(array(state[i]), (run.state + i * run.slab) / 4);
  }
  if (lateral !== undefined) floats.set(array(lateral), run.lateral / 4);
  compiled.run(run);
  const places = [run.out / 4];
  const lengths = [args.steps * size];
  for (let i = 0; i < state.length; i++) {
    places.push((run.state + i * run.slab) / 4);
    lengths.push(size);
  }
  if (lateral !== undefined) {
    places.push(run.lateral / 4);
    lengths.push(size);
  }
  const copies = copyTogether(floats, places, lengths);
  return {
    out: copies[0],
    state: copies.slice(1, 1 + state.length),
    lateral: copies[1 + state.length],
    trace: [],
  };
}

function runTiles(
  { compiled, run, rows: tileRows, steps: tileSteps }: ForwardPlan,
  args: ScanArgs,
  trace: readonly number[],
  floats: Float32Array,
): ScanResult {
  const { steps, batch, units } = args;
  const size = batch * units;
  const isWide = tileRows === batch;
  const sequences = [{ from: array(args.x), at: run.x }].concat(
    args.noise.map((n, i) => ({ from: array(n), at: run.noise + i * run.noiseSlab })),
  );
  const states = args.state.map((s, i) => ({ from: array(s), at: run.state + i * run.slab }));
  if (args.lateral) states.push({ from: array(args.lateral), at: run.lateral });
  const out = new Float32Array(steps * size);
  const last = states.map(({ at }) => ({ to: isWide ? undefined : new Float32Array(size), at }));
  const traces = trace.map((s) => ({ to: new Float32Array(steps * size), at: run.slab * s }));
  for (let row = 0; row < batch; row += tileRows) {
    const rows = Math.min(tileRows, batch - row);
    const [count, first] = [rows * units, row * units];
    for (const { from, at } of states) floats.set(from.subarray(first, first + count), at / 4);
    for (let start = 0; start < steps; start += tileSteps) {
      const held = Math.min(tileSteps, steps - start);
      // A [T, N, D] array without rows outside the tile is copied at once.
      const atOnce = isWide ? held : 1;
      const eachPart = (copy: (at: number, from: number, length: number) => void) => {
        for (let t = 0; t < held; t += atOnce) {
          copy(t * count, (start + t) * size + first, atOnce * count);
        }
      };
      for (const { from, at } of sequences) {
        eachPart((to, i, length) => floats.set(from.subarray(i, i + length), at / 4 + to));
      }
      const bytes = 4 * count;
      compiled.run(
        isWide && held === run.steps ? run : {
          ...run,
          steps: held,
          rows,
          bytes,
          xStride: bytes,
          outStride: bytes,
          noiseStride: bytes,
        },
      );
      eachPart((at, to, length) => {
        const from = run.out / 4 + at;
        out.set(floats.subarray(from, from + length), to);
      });
      for (const { to, at } of traces) {
        for (let t = 0; t < held; t++) {
          const from = (run.state + (t + 1) * run.stateStride + at) / 4;
          to.set(floats.subarray(from, from + count), (start + t) * size + first);
        }
      }
      if (run.stateStride > 0) {
        const end = (run.state + held * run.stateStride) / 4;
        floats.copyWithin(run.state / 4, end, end + run.stateStride / 4);
      }
    }
    for (const { to, at } of last) to?.set(floats.subarray(at / 4, at / 4 + count), first);
  }
  const results = last.map(({ to, at }) => to ?? copyOf(floats, at / 4, size));
  return {
    out,
    state: results.slice(0, args.state.length),
    lateral: results[args.state.length],
    trace: traces.map((t) => t.to),
  };
}
