// Tables of partial sums stay in the kernels' memory from call to call, as long as the weights are the same.
import { instantiate, type WasmFunction } from "@spikeloop/expr/wasm";
import { hostArray, type ScanArgs, type Storage } from "@spikeloop/backend";
import { emitBuild } from "./emit_tables.ts";
import { scratch } from "./scratch.ts";
import type { Wiring } from "./wiring.ts";

/** Where what kernels read of a lateral connection lies. */
export interface Tables {
  /** What `send` reads. */
  readonly table: number;
  /** The weight as given. */
  readonly weight: number;
}

interface Placed extends Tables {
  readonly bias: Storage;
  readonly wiring: Wiring;
  readonly generation: number;
}

const nothing: Tables = { table: 0, weight: 0 };
const placed = new WeakMap<Storage, Placed>();
const builders = new Map<string, WasmFunction>();

function builderOf(wiring: Wiring): WasmFunction {
  const key = `${wiring.form} ${wiring.group}`;
  let build = builders.get(key);
  if (build === undefined) {
    build = instantiate([emitBuild(wiring)], scratch().memory).build;
    builders.set(key, build);
  }
  return build;
}

/** The tables of a weight and bias, built unless they are still there. Call it before laying a tile out. */
export function tablesOf(wiring: Wiring, { weight, bias, units }: ScanArgs): Tables {
  if (weight === undefined || bias === undefined || wiring.form === "none") return nothing;
  const before = placed.get(weight);
  const memory = scratch();
  if (
    before !== undefined && before.bias === bias && before.generation === memory.generation &&
    before.wiring === wiring
  ) return before;
  const pops = units / wiring.group;
  const tableBytes = pops * wiring.tableBytes;
  const weightBytes = Math.ceil(weight.length / 16) * 64 + 64;
  const table = memory.placeTables(tableBytes + weightBytes + 4 * units);
  const at = table + tableBytes;
  const biasAt = at + weightBytes;
  memory.floats.set(hostArray(weight), at / 4);
  memory.floats.set(hostArray(bias), biasAt / 4);
  builderOf(wiring)(at, biasAt, table, pops);
  const made = { table, weight: at, bias, wiring, generation: memory.generation };
  placed.set(weight, made);
  return made;
}
