// Tables of partial sums stay in the memory from call to call, as long as the weights are the same.
import { instantiate } from "@spikeloop/expr/wasm";
import { memoized, type ScanArgs, type Storage } from "@spikeloop/backend";
import { panelWidth } from "../matrix.ts";
import { borrow } from "../source.ts";
import { copyRectangle } from "../staging.ts";
import { type Grouping, groupingOf } from "./grouping.ts";
import { build } from "./kernels/lookup.ts";
import { pack } from "./kernels/rows.ts";
import { scanMemory } from "./memory.ts";

/** Where kernels find a lateral connection: the table of `send`, and the weights of `pull`. */
export type Tables = Readonly<Record<"table" | "weight", number>>;

interface PlacedTables extends Tables {
  readonly weights: Storage;
  readonly bias: Storage;
  readonly grouping: Grouping;
  readonly generation: number;
}

const noTables: Tables = { table: 0, weight: 0 };

/** The latest ones that are in the memory. */
const placed: PlacedTables[] = [];
const mostPlaced = 32;

const functionsOf = /* @__PURE__ */ memoized((grouping: Grouping) =>
  instantiate([pack(grouping), build(grouping)], scanMemory().memory)
);

/** The tables of a weight and bias, built unless they are there. Call it before laying out. */
export function placeTables(binary: boolean, args: ScanArgs): Tables {
  const { weight, bias, units, group, notes } = args;
  if (weight === undefined || bias === undefined) return noTables;
  const noted = notes?.[0] as PlacedTables | undefined;
  const { generation } = scanMemory();
  if (noted?.weights === weight && noted.bias === bias && noted.generation === generation) {
    return noted;
  }
  const tables = findTables(groupingOf(group, binary), weight, bias, units);
  if (notes) notes[0] = tables;
  return tables;
}

function findTables(grouping: Grouping, weight: Storage, bias: Storage, units: number) {
  const { generation } = scanMemory();
  for (const known of placed) {
    const isSame = known.weights === weight && known.bias === bias && known.grouping === grouping;
    if (isSame && known.generation === generation) return known;
  }
  const tables = makeTables(grouping, weight, bias, units);
  if (tables.generation !== generation) placed.length = 0; // the others are gone
  if (placed.push(tables) > mostPlaced) placed.shift();
  return tables;
}

function makeTables(grouping: Grouping, weight: Storage, bias: Storage, units: number) {
  const memory = scanMemory();
  const { group } = grouping;
  const groups = units / group;
  const tableBytes = groups * grouping.tableBytes;
  const weightBytes = Math.ceil(weight.length / 16) * 64 + 64;
  const table = memory.placeTables(tableBytes + weightBytes + 4 * units);
  const weightAt = table + tableBytes;
  const biasAt = weightAt + weightBytes;
  const { pack, build } = functionsOf(grouping);
  // Rows are a table, or what tables are built from.
  const rows = grouping.form === "table" ? memory.tileStart : table;
  memory.reserve(rows + groups * grouping.gradientBytes);
  const { floats } = memory;
  const numbers = borrow(weight);
  floats.set(numbers, weightAt / 4);
  floats.set(borrow(bias), biasAt / 4);
  pack(rows, weightAt, biasAt, groups);
  if (grouping.form === "table") build(rows, table, groups);
  for (let at = 0; group > panelWidth && at < weight.length; at += group * group) {
    for (let column = 0; column < group; column += panelWidth) {
      const width = Math.min(panelWidth, group - column);
      const to = weightAt / 4 + at + column * group;
      copyRectangle(numbers, at + column, group, group, width, floats, to, width);
    }
  }
  const { generation } = memory;
  return { table, weight: weightAt, weights: weight, bias, grouping, generation };
}
