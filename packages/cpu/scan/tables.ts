// Tables of partial sums stay in the memory from call to call, as long as the weights are the same.
import { instantiate } from "@spikeloop/expr/wasm";
import { hostArray, type ScanArgs, type Storage } from "@spikeloop/backend";
import { build } from "./kernels/lookup.ts";
import { scanMemory } from "./memory.ts";
import { oncePerWiring, type Wiring } from "./wiring.ts";

/** Where kernels find a lateral connection: the table of `send`, and the weights of `pull`. */
export type Tables = Readonly<Record<"table" | "weight", number>>;

interface PlacedTables extends Tables {
  readonly bias: Storage;
  readonly wiring: Wiring;
  readonly generation: number;
}

const noTables: Tables = { table: 0, weight: 0 };
const tablesOf = new WeakMap<Storage, PlacedTables>();

const builderOf = oncePerWiring((wiring) =>
  instantiate([build(wiring)], scanMemory().memory).build
);

/** Writes the weights of each group in panels of a few columns, one after another. */
function placePanels(
  floats: Float32Array,
  start: number,
  { group, panel }: Wiring,
  weight: Float32Array,
): void {
  let to = start;
  for (let first = 0; first < weight.length; first += group * group) {
    for (let column = 0; column < group; column += 4 * panel) {
      const width = Math.min(4 * panel, group - column);
      for (let row = 0; row < group; row++, to += width) {
        const from = first + row * group + column;
        floats.set(weight.subarray(from, from + width), to);
      }
    }
  }
}

/** The tables of a weight and bias, built unless they are there. Call it before laying out. */
export function placeTables(wiring: Wiring, { weight, bias, units }: ScanArgs): Tables {
  if (weight === undefined || bias === undefined || wiring.form === "none") return noTables;
  const known = tablesOf.get(weight);
  const memory = scanMemory();
  if (known?.bias === bias && known.wiring === wiring && known.generation === memory.generation) {
    return known;
  }
  const groups = units / wiring.group;
  const tableBytes = groups * wiring.tableBytes;
  const weightBytes = Math.ceil(weight.length / 16) * 64 + 64;
  const table = memory.placeTables(tableBytes + weightBytes + 4 * units);
  const weightAt = table + tableBytes;
  const biasAt = weightAt + weightBytes;
  memory.floats.set(hostArray(weight), weightAt / 4);
  memory.floats.set(hostArray(bias), biasAt / 4);
  builderOf(wiring)(weightAt, biasAt, table, groups);
  if (wiring.panel > 0) placePanels(memory.floats, weightAt / 4, wiring, hostArray(weight));
  const tables = { table, weight: weightAt, bias, wiring, generation: memory.generation };
  tablesOf.set(weight, tables);
  return tables;
}
