// Tables of partial sums stay in the memory from call to call, as long as the weights are the same.
import { instantiate } from "@spikeloop/expr/wasm";
import { memoized, type ScanArgs, type Storage } from "@spikeloop/backend";
import { borrow } from "../source.ts";
import { copyRectangle } from "../staging.ts";
import { build } from "./kernels/lookup.ts";
import { scanMemory } from "./memory.ts";
import { panelWidth, type Wiring } from "./wiring.ts";

/** Where kernels find a lateral connection: the table of `send`, and the weights of `pull`. */
export type Tables = Readonly<Record<"table" | "weight", number>>;

interface PlacedTables extends Tables {
  readonly of: Storage;
  readonly bias: Storage;
  readonly wiring: Wiring;
  readonly generation: number;
}

const noTables: Tables = { table: 0, weight: 0 };
const tablesOf = new WeakMap<Storage, PlacedTables>();
let latest: PlacedTables | undefined;

const builderOf = /* @__PURE__ */ memoized((wiring: Wiring) =>
  instantiate([build(wiring)], scanMemory().memory).build
);

/** Writes the table of the other forms: of each group the bias, then a row per source unit. */
function writeRows(
  floats: Float32Array,
  { group, rowBytes, tableBytes }: Wiring,
  weight: Float32Array,
  bias: Float32Array,
  table: number,
): void {
  for (let unit = 0; unit < bias.length; unit++) {
    const target = unit % group;
    const to = (table + (unit - target) / group * tableBytes) / 4 + target;
    floats[to] = bias[unit] + 0; // a bias of -0 counts as 0
    for (let source = 0; source < group; source++) {
      floats[to + (1 + source) * rowBytes / 4] = weight[unit * group + source];
    }
  }
}

/** The tables of a weight and bias, built unless they are there. Call it before laying out. */
export function placeTables(wiring: Wiring, { weight, bias, units }: ScanArgs): Tables {
  if (weight === undefined || bias === undefined || wiring.form === "none") return noTables;
  const known = latest?.of === weight ? latest : tablesOf.get(weight);
  const memory = scanMemory();
  if (known?.bias === bias && known.wiring === wiring && known.generation === memory.generation) {
    return latest = known;
  }
  const { group } = wiring;
  const groups = units / group;
  const tableBytes = groups * wiring.tableBytes;
  const weightBytes = Math.ceil(weight.length / 16) * 64 + 64;
  const table = memory.placeTables(tableBytes + weightBytes + 4 * units);
  const weightAt = table + tableBytes;
  const biasAt = weightAt + weightBytes;
  const { floats } = memory;
  const numbers = borrow(weight);
  floats.set(numbers, weightAt / 4);
  floats.set(borrow(bias), biasAt / 4);
  if (wiring.form === "table") builderOf(wiring)(weightAt, biasAt, table, groups);
  else writeRows(floats, wiring, numbers, borrow(bias), table);
  for (let at = 0; group > panelWidth && at < weight.length; at += group * group) {
    for (let column = 0; column < group; column += panelWidth) {
      const width = Math.min(panelWidth, group - column);
      const to = weightAt / 4 + at + column * group;
      copyRectangle(numbers, at + column, group, group, width, floats, to, width);
    }
  }
  const { generation } = memory;
  latest = { of: weight, table, weight: weightAt, bias, wiring, generation };
  tablesOf.set(weight, latest);
  return latest;
}
