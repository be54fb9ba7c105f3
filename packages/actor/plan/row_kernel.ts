// One row through the parts of layers, as one function of WebAssembly: weights stay in the memory,
// spiking units hand the next part the list of their spikes, and nothing is allocated.
import { fail, refuse, takeCount } from "@spikeloop/errors";
import * as e from "@spikeloop/expr";
import { Func } from "@spikeloop/expr/wasm";
import type { RowPart } from "@spikeloop/functional";
import { checkScanSetting } from "@spikeloop/tensor";
import type { ActionHead } from "../action_head.ts";
import { groupsCode, linearCode } from "./linear_code.ts";
import { computeCode, copyCode, mapCode } from "./map_code.ts";
import { readOutCode } from "./read_out_code.ts";
import { align, type Fill, type Numbers, type RowCode } from "./row_code.ts";
import { drawCode, scanCode } from "./scan_code.ts";

/** A function of one row, and where its numbers lie. */
export interface RowKernel {
  /** `run()`: from the input, and the noise, to the output. */
  readonly fn: Func;
  readonly input: Numbers;
  readonly output: Numbers;
  /** The output of the last part. */
  readonly last: Numbers | undefined;
  /** The noise [T, row] of all draws. */
  readonly noise: readonly {
    readonly address: number;
    readonly row: number;
    readonly units: number;
  }[];
  /** One per part, nested ones included, in order; undefined where a part has no parameters. */
  readonly fills: readonly (Fill | undefined)[];
  /** The address of the table of lanes. */
  readonly laneTable: number;
  /** The size of the memory in bytes. */
  readonly size: number;
}

const action = "bind an actor";
const phaseOrder = ["before", "each", "after"] as const;

/** The latest phase of some numbers. */
const latest = (...all: readonly Numbers[]) =>
  phaseOrder[Math.max(...all.map(({ phase }) => phaseOrder.indexOf(phase)))];

/**
 * Checks the sizes of a part that reads `units` numbers.
 *
 * @throws {TypeError} if one does not fit.
 * @throws {RangeError} if numbers are repeated other than a positive integer of times.
 */
function checkPart(part: RowPart, units: number): void {
  const expect = (name: string, found: number, expected = units) => {
    if (found === expected) return;
    fail(action, `${name} of its ${part.kind} has length ${found}, expected ${expected}`);
  };
  if (part.kind === "linear") {
    const [outputs, inputs] = part.weight.shape;
    expect("a row of the weight", inputs);
    expect("the weight", part.weight.size, outputs * inputs);
    expect("the bias", part.bias?.size ?? outputs, outputs);
  } else if (part.kind === "groups") {
    expect("the weight", part.weight.size);
    expect("the weight", units, part.bias.size * Math.floor(units / part.bias.size));
  } else if (part.kind === "scan") {
    checkScanSetting(part.setting);
    expect("a state", part.setting.units);
  } else if (part.kind === "map") {
    part.rows?.forEach(({ size }, i) => size === 1 || expect(`row ${i}`, size));
  } else if (part.kind === "repeat") {
    takeCount(action, "times", part.times);
  }
}

/**
 * Makes the function of `inputs` numbers over T steps.
 *
 * @param head Its part comes after the others; its output is wanted beside theirs.
 * @throws {TypeError} if sizes do not fit, a part is of an unknown kind, or a read-out is missing
 * or stands before time steps.
 */
export function rowKernel(
  parts: readonly RowPart[],
  inputs: number,
  steps: number,
  head: Pick<ActionHead, "outputs" | "rowPart">,
): RowKernel {
  const fn = new Func("run", []);
  let size = 0;
  const allocate = (numbers: number) => {
    const at = size;
    size += 4 * align(numbers + 16, 16);
    return at;
  };
  const fills: (Fill | undefined)[] = [];
  const noise: ReturnType<typeof drawCode>["noise"][] = [];
  const code: RowCode = {
    fn,
    steps,
    phases: { before: [], each: [], after: [] },
    at: fn.local("i32"),
    laneTable: allocate(64),
    allocate,
    fill: (write) => fills[fills.length - 1] = write as Fill,
  };
  const emitAll = (parts: readonly RowPart[], x: Numbers): Numbers => parts.reduce(emit, x);

  const emit = (x: Numbers, part: RowPart): Numbers => {
    fills.push(undefined);
    checkPart(part, x.units);
    if (x.phase === "after" && /scan|draw|readOut/.test(part.kind)) {
      fail(action, `its ${part.kind} comes after a read-out, expected it before`);
    }
    switch (part.kind) {
      case "linear":
        return linearCode(code, x, part);
      case "groups":
        return groupsCode(code, x, part);
      case "scan":
        return scanCode(code, x, part);
      case "map":
        return mapCode(code, x, part);
      case "repeat": {
        const units = x.units * part.times;
        const y = { ...x, address: allocate(units), units, list: undefined };
        copyCode(code, x, y.address, x.phase, part.times);
        return y;
      }
      case "draw": {
        const drawn = drawCode(code, x);
        noise.push(drawn.noise);
        return drawn.spikes;
      }
      case "residual": {
        const y = emitAll(part.parts, x);
        if (y.units !== x.units) {
          fail(action, `its residual maps ${x.units} to ${y.units}, expected as many`);
        }
        const sum = e.add(e.input("x"), e.input("y"));
        return computeCode(code, sum, { x: x.address, y: y.address }, {
          units: x.units,
          phase: latest(x, y),
        });
      }
      case "parallel": {
        const branches = part.branches.map((parts) => emitAll(parts, x));
        const units = branches.reduce((total, y) => total + y.units, 0);
        const binary = branches.every((y) => y.binary);
        const y = { address: allocate(units), units, phase: latest(...branches), binary };
        let to = y.address;
        for (const branch of branches) {
          copyCode(code, branch, to, y.phase);
          to += 4 * branch.units;
        }
        return y;
      }
      case "readOut":
        return readOutCode(code, x, part.mode);
      default:
        return refuse(action, "the kind of a part", (part as RowPart).kind, "a known one");
    }
  };

  const input: Numbers = {
    address: allocate(inputs),
    units: inputs,
    phase: "before",
    binary: false,
  };
  const output = emitAll(parts, input);
  if (output.units !== head.outputs) {
    const expected = `expected ${head.outputs} for its actions`;
    fail(action, `the number of outputs is ${output.units}, ${expected}`);
  }
  if (steps > 1 && output.phase === "each") {
    fail(action, "the parts of the network lack a read-out, expected one at the end");
  }
  const last = head.rowPart && emit(output, head.rowPart);
  const step = fn.local("i32");
  const { before, each, after } = code.phases;
  fn.emit(before, fn.loop(step, 0, steps, 1, each), after);
  return { fn, input, output, last, noise, fills, laneTable: code.laneTable, size };
}
