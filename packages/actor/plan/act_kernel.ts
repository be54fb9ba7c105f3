// One observation through a spiking actor, as one function of WebAssembly: weights stay in the
// memory, a layer hands the next one the list of its spikes, and nothing is allocated.
import { lateralChunks } from "@spikeloop/backend";
import * as e from "@spikeloop/expr";
import {
  block,
  br,
  brIf,
  type Code,
  f32,
  f32x4,
  Func,
  i32,
  i32x4,
  type Local,
  printSimd,
  repeat,
  times,
  v128,
} from "@spikeloop/expr/wasm";
import { type ActDesign, type ActLayout, align, type Units } from "./act_layout.ts";

/** Vectors of a pass over the columns of weights: their sums stay in registers. */
const passVectors = 8;

/** `run()`: from the observation, repeated for the encoder's units, to the currents [T, A]. */
export function actKernel(
  design: ActDesign,
  layout: ActLayout,
  activity: (x: e.Expr, mean: e.Expr, std: e.Expr) => e.Expr,
): Func {
  const fn = new Func("run", []);
  const { encoder, layers } = design;
  const at = fn.local("i32");
  const step = fn.local("i32");
  const toCurrents = fn.local("i32");
  const noiseAt = fn.local("i32");
  const last = layers.length - 1;
  /** Loads inputs into locals, since values are stored one after another. */
  const reader = (
    sources: Readonly<Record<string, Code>>,
    values: Readonly<Record<string, number>>,
  ) => {
    const loads: Code[] = [];
    const locals = new Map<string, Local>();
    const input = (name: string) => {
      if (name in values) return f32x4.const(values[name]);
      let local = locals.get(name);
      if (local === undefined) {
        locals.set(name, local = fn.local("v128"));
        loads.push(local.set(sources[name]));
      }
      return local.get;
    };
    return { input, loads: () => loads.flat() };
  };

  const encode = () => {
    const { input, loads } = reader({
      x: v128.load(at, layout.observation),
      mean: v128.load(at, layout.mean),
      std: v128.load(at, layout.std),
    }, {});
    const formula = activity(...(["x", "mean", "std"].map(e.input) as [e.Expr, e.Expr, e.Expr]));
    const { code, values } = printSimd(fn, [formula], input);
    return fn.loop(at, 0, 4 * align(encoder.units, 4), 16, [
      loads(),
      code,
      v128.store(at, values[0], layout.activity),
    ]);
  };

  const rest = ({ units, rest }: Units, states: readonly number[]) =>
    states.flatMap((place, i) =>
      fn.loop(at, 0, 4 * align(units, 4), 16, v128.store(at, f32x4.const(rest[i]), place))
    );

  /** One time step of a population; `x` is the code of its input at `at`. */
  const fire = (
    { units, kernel, values }: Units,
    states: readonly number[],
    x: Code,
    out: { readonly list: number; readonly lanes: number; readonly rowBytes: number } | number,
  ): Code => {
    const sources = Object.fromEntries(
      kernel.states.map((name, i) => [name, v128.load(at, states[i])]),
    );
    const params = Object.fromEntries(kernel.params.map((name, i) => [name, values[i]]));
    const noise = v128.load(i32.add(at, noiseAt.get), layout.noise);
    const { input, loads } = reader({ ...sources, x, noise }, params);
    const { code, values: results, masks } = printSimd(fn, [kernel.out, ...kernel.next], input);
    const [spike, ...next] = results;
    const store = next.flatMap((value, i) => v128.store(at, value, states[i]));
    const bytes = 4 * align(units, 4);
    if (typeof out === "number") {
      return fn.loop(at, 0, bytes, 16, [loads(), code, v128.store(at, spike, out), store]);
    }
    const { list, lanes, rowBytes } = out;
    const [to, set] = fn.localArray("i32", 2);
    const base = fn.local("v128");
    const mask = masks[0] ?? f32x4.ne(spike, 0);
    ends.set(list, to);
    return [
      ...base.set(0),
      ...to.set(list),
      ...fn.loop(at, 0, bytes, 16, [
        loads(),
        code,
        set.set(i32x4.bitmask(mask)),
        v128.store(to, i32x4.add(base, v128.load(i32.shl(set, 4), lanes))),
        to.increment(i32.shl(i32.popcnt(set), 2)),
        base.set(i32x4.add(base, i32x4.const(4 * rowBytes))),
        store,
      ]),
      // The last vector may reach past the units.
      ...block(repeat(
        brIf(i32.eq(to, list), 1),
        brIf(i32.ltU(i32.load(i32.sub(to, 4)), units * rowBytes), 1),
        to.increment(-4),
        br(0),
      )),
    ];
  };
  /** The end of every list. */
  const ends = new Map<number, Local>();

  /** current = bias + the rows of the weights of all that spiked, in ascending order. */
  const [place, row] = fn.localArray("i32", 2);
  const sums = fn.localArray("v128", passVectors);
  const factor = fn.local("v128");
  const add = (i: number, list: number | undefined): Code => {
    const { row: width, weight, bias, inputs } = layout.weights[i];
    const { current } = layout.layers[i];
    const passes: Code[] = [];
    for (let from = 0; from < width; from += 4 * passVectors) {
      const own = sums.slice(0, Math.min(passVectors, (width - from) / 4));
      const offset = 4 * from;
      const end = list === undefined ? undefined : ends.get(list);
      passes.push([
        ...own.flatMap((sum) => sum.set(0)),
        ...list !== undefined && end !== undefined
          ? fn.loop(place, list, end, 4, [
            row.set(i32.load(place)),
            ...own.map((sum, v) =>
              sum.set(f32x4.add(sum, v128.load(row, weight + offset + 16 * v)))
            ),
          ])
          : [
            ...row.set(0),
            ...fn.loop(place, 0, 4 * inputs, 4, [
              factor.set(v128.load32Splat(place, layout.activity)),
              ...own.map((sum, v) =>
                sum.set(f32x4.add(sum, f32x4.mul(factor, v128.load(row, weight + offset + 16 * v))))
              ),
              row.increment(4 * width),
            ]),
          ],
        ...own.flatMap((sum, v) => {
          const total = f32x4.add(sum, v128.load(0, bias + offset + 16 * v));
          return v128.store(0, total, current + offset + 16 * v);
        }),
      ]);
    }
    return passes.flat();
  };

  const group = design.group;
  const [spikeAt, weightAt, targetAt, biasAt] = fn.localArray("i32", 4);
  /** The lateral currents of the next step, chunk after chunk. */
  const send = (): Code => {
    const chunks = lateralChunks(group);
    const vectors = layout.groupRow / 4;
    const totals = fn.localArray("v128", vectors);
    const parts = fn.localArray("v128", vectors);
    const rowBytes = 4 * layout.groupRow;
    const addSource = (k: number) => [
      ...factor.set(f32x4.ne(v128.load32Splat(spikeAt, 4 * k), 0)),
      ...parts.flatMap((part, v) =>
        part.set(f32x4.add(part, v128.and(factor, v128.load(weightAt, k * rowBytes + 16 * v))))
      ),
    ];
    const addChunk = (c: number) => [
      ...parts.flatMap((part, v) => part.set(c === 0 ? v128.load(biasAt, 16 * v) : 0)),
      ...times(chunks[c + 1] - chunks[c], (k) => addSource(chunks[c] + k)),
      ...totals.flatMap((total, v) => total.set(c === 0 ? parts[v] : f32x4.add(total, parts[v]))),
    ];
    return [
      ...weightAt.set(layout.lateralWeight),
      ...biasAt.set(layout.lateralBias),
      ...targetAt.set(layout.lateral),
      ...fn.loop(
        spikeAt,
        layout.spikes,
        layout.spikes + 4 * group * layout.outputs,
        4 * group,
        [
          times(chunks.length - 1, addChunk),
          // A store that reaches into the next group is written over by that group's own.
          totals.flatMap((total, v) => v128.store(targetAt, total, 16 * v)),
          targetAt.increment(4 * group),
          biasAt.increment(rowBytes),
          weightAt.increment(group * rowBytes),
        ],
      ),
    ];
  };

  /** The decoder's currents: sums of P products in the order of `sumLanes`, plus the bias. */
  const decode = (): Code => {
    const lanes = sums.slice(0, 4);
    const quarter = sums[4];
    const lane = (i: number) => f32x4.extractLane(quarter, i);
    const products = times(Math.ceil(group / 4), (v) => {
      const product = f32x4.mul(v128.load(spikeAt, 16 * v), v128.load(weightAt, 16 * v));
      return lanes[v % 4].set(f32x4.add(lanes[v % 4], product));
    });
    return [
      ...weightAt.set(layout.readOutWeight),
      ...biasAt.set(layout.readOutBias),
      ...fn.loop(
        spikeAt,
        layout.spikes,
        layout.spikes + 4 * group * layout.outputs,
        4 * group,
        [
          ...lanes.map((sum) => sum.set(0)),
          products,
          quarter.set(f32x4.add(f32x4.add(lanes[0], lanes[2]), f32x4.add(lanes[1], lanes[3]))),
          f32.store(
            toCurrents,
            f32.add(
              f32.add(f32.add(lane(0), lane(2)), f32.add(lane(1), lane(3))),
              f32.load(biasAt),
            ),
          ),
          toCurrents.increment(4),
          biasAt.increment(4),
          weightAt.increment(4 * layout.readOutRow),
        ],
      ),
    ];
  };

  /** rates + spikes, and after the last step the spikes are the rates over all steps. */
  const outputs = (place: number, value: Code | number) =>
    fn.loop(at, 0, 4 * align(layers[last].units, 4), 16, v128.store(at, value, place));
  const addRates = () =>
    outputs(
      layout.rates,
      f32x4.add(v128.load(at, layout.rates), v128.load(at, layout.spikes)),
    );
  const divideRates = () =>
    outputs(layout.spikes, f32x4.div(v128.load(at, layout.rates), f32x4.const(design.timeSteps)));

  const listOf = (i: number) => ({
    list: layout.layers[i].list,
    lanes: layout.layers[i].lanes,
    rowBytes: 4 * layout.weights[i + 1].row,
  });
  const encoded = encoder.kernel === undefined ? undefined : layout.encoderList;
  const first = encoder.kernel === undefined ? [] : fire(
    encoder,
    layout.encoderStates,
    v128.load(at, layout.activity),
    { list: layout.encoderList, lanes: layout.encoderLanes, rowBytes: 4 * layout.weights[0].row },
  );
  const steps = layers.map((units, i) => {
    const { current, states } = layout.layers[i];
    const input = v128.load(at, current);
    const x = i === last && design.isConnected
      ? f32x4.add(input, v128.load(at, layout.lateral))
      : input;
    const out = i === last ? layout.spikes : listOf(i);
    // The activity itself is the same at every step, and so is what it sends.
    const linear = i === 0 && encoded === undefined
      ? []
      : add(i, i === 0 ? encoded : layout.layers[i - 1].list);
    return [...linear, ...fire(units, states, x, out)];
  });
  return fn.emit(
    encode(),
    encoder.kernel === undefined ? add(0, undefined) : rest(encoder, layout.encoderStates),
    layers.map((units, i) => rest(units, layout.layers[i].states)),
    design.isConnected ? outputs(layout.lateral, 0) : [],
    design.readsRates ? outputs(layout.rates, 0) : [],
    toCurrents.set(layout.currents),
    noiseAt.set(0),
    fn.loop(step, 0, design.timeSteps, 1, [
      first,
      steps.flat(),
      design.isConnected ? send() : [],
      design.readsRates ? addRates() : decode(),
      noiseAt.increment(4 * layout.noiseRow),
    ]),
    design.readsRates ? [...divideRates(), ...decode()] : [],
  );
}
