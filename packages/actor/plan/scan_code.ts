// One time step of units: what they hear, whether they spike, and what they send.
import { chunkedGroup, lateralChunks } from "@spikeloop/backend";
import * as e from "@spikeloop/expr";
import {
  bitmask,
  block,
  br,
  brIf,
  type Code,
  f32x4,
  i32,
  i32x4,
  type Local,
  type Operand,
  printSimd,
  repeat,
  times,
  v128,
  when,
} from "@spikeloop/expr/wasm";
import type { Lateral } from "@spikeloop/tensor";
import {
  align,
  type Numbers,
  type PartOf,
  passVectors,
  type RowCode,
  writeRow,
} from "./row_code.ts";
import { transposeInto } from "./transpose_into.ts";

/** The code that computes formulas of numbers, four at a time. */
export function formulaCode(
  { fn, at }: RowCode,
  { units, formulas, sources, store }: {
    readonly units: number;
    readonly formulas: readonly e.Expr[];
    /** The code of every input at `at`, or its value. */
    readonly sources: Readonly<Record<string, Code | number>>;
    /** Stores the results; the mask belongs to the first one. */
    readonly store: (values: readonly Code[], mask: Code) => readonly Code[];
  },
): Code {
  // Inputs go into locals first, since results are stored one after another.
  const loads: Code[] = [];
  const locals = new Map<string, Local>();
  const input = (name: string) => {
    const source = sources[name];
    if (typeof source === "number") return f32x4.const(source);
    let local = locals.get(name);
    if (local === undefined) {
      locals.set(name, local = fn.local("v128"));
      loads.push(local.set(source));
    }
    return local.get;
  };
  const { code, values, masks } = printSimd(fn, formulas, input);
  const stores = store(values, masks[0] ?? f32x4.ne(values[0], 0));
  return fn.loop(at, 0, 4 * align(units, 4), 16, [...loads, code, ...stores]);
}

/** The code of units that spike or not: stores their spikes, and lists them too. */
function spikesCode(
  code: RowCode,
  { units, formulas, sources, addresses }: {
    readonly units: number;
    /** The output, then the next states. */
    readonly formulas: readonly e.Expr[];
    readonly sources: Readonly<Record<string, Code | number>>;
    /** The addresses of the states. */
    readonly addresses: readonly number[];
  },
): Numbers {
  const { fn, at, phases, laneTable } = code;
  const [y, list] = [code.allocate(units), code.allocate(units)];
  const [end, set] = fn.localArray("i32", 2);
  const base = fn.local("v128");
  phases.each.push(
    base.set(0),
    end.set(list),
    formulaCode(code, {
      units,
      formulas,
      sources,
      store: ([spike, ...next], mask) => [
        v128.store(at, spike, y),
        set.set(bitmask.i32x4(mask)),
        v128.store(end, i32x4.add(base, v128.load(i32.shl(set, 4), laneTable))),
        end.increment(i32.shl(i32.popcnt(set), 2)),
        base.set(i32x4.add(base, i32x4.const(4))),
        ...next.map((value, i) => v128.store(at, value, addresses[i])),
      ],
    }),
    // The last vector may reach past the units.
    block(repeat(
      brIf(i32.eq(end, list), 1),
      brIf(i32.ltU(i32.load(i32.sub(end, 4)), units), 1),
      end.increment(-4),
      br(0),
    )),
  );
  return { address: y, units, phase: "each", binary: true, list: { address: list, end } };
}

/** The code of a scan. */
export function scanCode(code: RowCode, x: Numbers, part: PartOf<"scan">): Numbers {
  const { fn, at, phases, allocate } = code;
  const { kernel, units, params, lateral } = part.setting;
  const { states, binary, out, next } = kernel;
  const bytes = 4 * align(units, 4);
  const addresses = states.map(() => allocate(units));
  addresses.forEach((to, i) =>
    phases.before.push(
      fn.loop(at, 0, bytes, 16, v128.store(at, f32x4.const(part.rest[states[i]]), to)),
    )
  );
  const rows = params.map((value) => typeof value === "number" ? undefined : allocate(units));
  const connection = lateral && lateralCode(code, units, lateral, binary);
  code.fill<"scan">(({ setting }, memory) => {
    rows.forEach((row, i) => {
      const value = setting.params[i];
      if (row !== undefined && typeof value !== "number") writeRow(memory, row, units, value);
    });
    if (setting.lateral) connection?.write(setting.lateral, memory);
  });
  const input = v128.load(at, x.address);
  const sources: Record<string, Code | number> = {
    x: connection ? f32x4.add(input, connection.arriving) : input,
  };
  states.forEach((name, i) => sources[name] = v128.load(at, addresses[i]));
  kernel.params.forEach((name, i) => {
    const row = rows[i];
    sources[name] = row === undefined ? Number(params[i]) : v128.load(at, row);
  });
  const formulas = [out, ...next];
  if (binary) {
    const spikes = spikesCode(code, { units, formulas, sources, addresses });
    connection?.send(spikes);
    return spikes;
  }
  const y: Numbers = { address: allocate(units), units, phase: "each", binary: false };
  phases.each.push(formulaCode(code, {
    units,
    formulas,
    sources,
    store: (values) =>
      values.map((value, i) => v128.store(at, value, [y.address, ...addresses][i])),
  }));
  connection?.send(y);
  return y;
}

/** The code of spikes that are drawn, with their noise [T, row]. */
export function drawCode(code: RowCode, x: Numbers) {
  const { fn, at, phases, steps, allocate } = code;
  const row = align(x.units, 4);
  const noise = allocate(steps * row);
  const noiseAt = fn.local("i32");
  phases.before.push(noiseAt.set(0));
  const spikes = spikesCode(code, {
    units: x.units,
    formulas: [e.less(e.input("noise"), e.input("x"))],
    sources: { x: v128.load(at, x.address), noise: v128.load(i32.add(at, noiseAt), noise) },
    addresses: [],
  });
  phases.each.push(noiseAt.increment(4 * row));
  return { spikes, noise: { address: noise, row, units: x.units } };
}

/** The code of a connection: the currents of d steps, one of which arrives. */
function lateralCode(
  { fn, at, phases, allocate }: RowCode,
  units: number,
  { group, delay = 1 }: Lateral,
  binary: boolean,
) {
  const groups = units / group;
  const width = align(group, 4);
  const [weight, bias] = [allocate(groups * group * width), allocate(groups * width)];
  // Whole vectors are stored, so the sums of the last group may reach past the units.
  const row = 4 * align(units + 3, 4);
  const currents = allocate(delay * row / 4);
  const ringAt = fn.local("i32");
  phases.before.push(
    ringAt.set(0),
    fn.loop(at, 0, delay * row, 16, v128.store(at, 0, currents)),
  );
  const [source, last, weightAt, biasAt, to] = fn.localArray("i32", 5);
  const factor = fn.local("v128");

  /** All sums of a group, chunk after chunk: every chunk's sources are written out. */
  const sendUnrolled = (): Code => {
    const chunks = lateralChunks(group);
    const totals = fn.localArray("v128", width / 4);
    const parts = fn.localArray("v128", width / 4);
    const addSource = (k: number) => {
      const spike = v128.load32Splat(source, 4 * k);
      const product = (v: number) => {
        const weights = v128.load(weightAt, 4 * k * width + 16 * v);
        return binary ? v128.and(factor, weights) : f32x4.mul(factor, weights);
      };
      return [
        ...factor.set(binary ? f32x4.ne(spike, 0) : spike),
        ...parts.flatMap((part, v) => part.set(f32x4.add(part, product(v)))),
      ];
    };
    const addChunk = (c: number) => [
      ...parts.flatMap((part, v) => part.set(c === 0 ? v128.load(biasAt, 16 * v) : 0)),
      ...times(chunks[c + 1] - chunks[c], (k) => addSource(chunks[c] + k)),
      ...totals.flatMap((total, v) => total.set(c === 0 ? parts[v] : f32x4.add(total, parts[v]))),
    ];
    return [
      ...times(chunks.length - 1, addChunk),
      ...totals.flatMap((total, v) => v128.store(to, total, 16 * v)),
    ];
  };

  /** All sums of a large group, which is one chunk: those of some vectors at a time. */
  const sendByRows = ({ list }: Numbers): Code => {
    const passes: Code[] = [];
    for (let from = 0; from < width; from += 4 * passVectors) {
      const sums = fn.localArray("v128", Math.min(passVectors, (width - from) / 4));
      const column = (v: number) => 4 * from + 16 * v;
      const add = (weights: Operand, isProduct: boolean) =>
        sums.map((sum, v) => {
          const own = v128.load(weights, column(v));
          return sum.set(f32x4.add(sum, isProduct ? f32x4.mul(factor, own) : own));
        });
      const spike = v128.load32Splat(source);
      const next = weightAt.increment(4 * width);
      passes.push(
        ...sums.map((sum, v) => sum.set(v128.load(biasAt, column(v)))),
        // The list holds the spikes of all groups.
        list !== undefined && groups === 1
          ? fn.loop(source, list.address, list.end, 4, [
            weightAt.set(i32.add(i32.mul(i32.load(source), 4 * width), weight)),
            ...add(weightAt, false),
          ])
          : fn.loop(source, i32.sub(last, 4 * group), last, 4, [
            ...binary
              ? [when(v128.anyTrue(f32x4.ne(spike, 0)), add(weightAt, false))]
              : [factor.set(spike), ...add(weightAt, true)],
            next,
          ]),
        weightAt.increment(-4 * width * group),
        ...sums.map((sum, v) => v128.store(to, sum, column(v))),
      );
    }
    return passes.flat();
  };

  return {
    /** The current that arrives at this step, at `at`. */
    arriving: v128.load(i32.add(at, ringAt), currents),
    /** Sends outputs on: they replace the current that arrived. */
    send: (y: Numbers) => {
      const advance = [
        weightAt.increment(4 * group * width),
        biasAt.increment(4 * width),
        // A store that reaches into the next group is written over by that group's own.
        to.increment(4 * group),
      ];
      const [first, end] = [y.address, y.address + 4 * units];
      phases.each.push(
        weightAt.set(weight),
        biasAt.set(bias),
        to.set(i32.add(ringAt, currents)),
        group <= chunkedGroup
          ? fn.loop(source, first, end, 4 * group, [sendUnrolled(), ...advance])
          : fn.loop(last, first + 4 * group, end + 4 * group, 4 * group, [
            sendByRows(y),
            ...advance,
          ]),
        ...delay === 1 ? [] : [
          ringAt.increment(row),
          when(i32.eq(ringAt, delay * row), ringAt.set(0)),
        ],
      );
    },
    write: ({ weight: weights, bias: biases }: Lateral, memory: Float32Array) => {
      const [w, b] = [weights.dataSync(), biases.dataSync()];
      for (let g = 0; g < groups; g++) {
        const from = w.subarray(g * group * group, (g + 1) * group * group);
        transposeInto(memory, weight / 4 + g * group * width, width, from, group, group);
        // A bias of -0 counts as 0.
        for (let i = 0; i < group; i++) memory[bias / 4 + g * width + i] = b[g * group + i] + 0;
      }
    },
  };
}
