import {
  type ScanArgs,
  type ScanCotangents,
  type ScanGradients,
  type ScanKernel,
  scanPullback,
  type ScanWants,
  type Storage,
} from "@spikeloop/backend";
import { allocate } from "../allocate.ts";
import { copyTogether } from "./copy_together.ts";
import { backwardPlan } from "./backward_plan.ts";
import { type Filled, runTile } from "./backward_tile.ts";
import { placeParams } from "./place_params.ts";
import { scratch } from "./scratch.ts";

const nothing: Filled = { state: [], params: [] };

/** The pullback of `scan`: recomputes the states' course slab by slab, then goes back through time. */
export function scanBackward(
  kernel: ScanKernel,
  args: ScanArgs,
  _out: Storage,
  cotangents: ScanCotangents,
  wants: ScanWants,
): ScanGradients {
  const plan = backwardPlan(kernel, args, cotangents, wants);
  const { floats } = scratch();
  const { sums, sets, back, compiled, isOneTile } = plan;
  const { steps, batch, units, group } = args;
  const size = batch * units;
  placeParams(floats, args, plan.slabRows, back.slab, back.params);
  if (sums.bytes > 0) floats.fill(0, sums.part / 4, (sums.total + sums.bytes) / 4);
  if (sets.bytes > 0) floats.fill(0, sets.at / 4, (sets.at + sets.bytes) / 4);
  if (group > 0) floats.fill(-0, back.nothing / 4, back.nothing / 4 + plan.slabRows * units);
  const call = { plan, floats, args, cotangents, wants };
  const wantsState = wants.state !== false;
  const filled = isOneTile && compiled.wanted.length === compiled.sums.length ? nothing : {
    state: wantsState && !isOneTile ? args.state.map(() => allocate(size)) : [],
    params: wants.params.map((w) => w === "rows" ? allocate(size) : undefined),
  };
  const gx = plan.isOnePiece ? undefined : allocate(steps * size);
  for (let row = 0; row < batch; row += plan.tileRows) {
    runTile(call, row, Math.min(plan.tileRows, batch - row), filled, gx);
  }
  if (wants.weights) compiled.unpack(plan.weights, plan.weight, plan.bias, back.pops);
  const copies = copyTogether(floats, plan.results);
  let next = 0;
  const state = isOneTile && wantsState ? args.state.map(() => copies[next++]) : filled.state;
  return {
    x: gx ?? copies[next++],
    state,
    weight: wants.weights ? copies[next++] : undefined,
    bias: wants.weights ? copies[next++] : undefined,
    params: wants.params.map((want, i) => {
      if (want !== "sum") return filled.params[i];
      return scanPullback(kernel).params[i] === undefined ? allocate(units) : copies[next++];
    }),
  };
}
