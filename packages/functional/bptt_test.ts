import { assert, assertGreater } from "@std/assert";
import { trials } from "@spikeloop/dev/testing";
import { cubaLif, integrateAndFire, lif, type Neuron } from "@spikeloop/neuron";
import { type Key, key, randint, split, uniform } from "@spikeloop/random";
import {
  atan,
  piecewiseLeakyReLU,
  piecewiseQuadratic,
  rect,
  sigmoid,
  superSpike,
  type Surrogate,
} from "@spikeloop/surrogate";
import { add, full, grad, mul, sum, type Tensor, tensor } from "@spikeloop/tensor";
import { cpu } from "@spikeloop/cpu";
import { evaluator } from "@spikeloop/backend/evaluator";
import {
  type ConnectionOptions,
  dense,
  ilc,
  neighbours,
  noSelf,
  plain,
  type Population,
  selfOnly,
} from "./mod.ts";
import {
  type Equations,
  type Gradients,
  type Results,
  type RowInputs,
  runRow,
} from "./testing/bptt.ts";

const models: Readonly<Record<Equations["model"], Neuron>> = {
  if: integrateAndFire,
  lif,
  cuba: cubaLif,
};

/** Surrogates, their derivatives in double precision, and the |u| at which these jump. */
const surrogates: readonly (readonly [Surrogate, (u: number) => number, ...number[]])[] = [
  [rect({ alpha: 1.5 }), (u) => Math.abs(u) < 0.5 / 1.5 ? 1.5 : 0, 0.5 / 1.5],
  [atan({ alpha: 2 }), (u) => 1 / (1 + (Math.PI * u) ** 2)],
  [sigmoid({ alpha: 4 }), (u) => 4 / (Math.exp(-2 * u) + Math.exp(2 * u)) ** 2],
  [piecewiseQuadratic({ alpha: 0.75 }), (u) => Math.max(0, 0.75 - 0.5625 * Math.abs(u))],
  [superSpike({ alpha: 0.5 }), (u) => 0.5 / (1 + Math.abs(u)) ** 2],
  [piecewiseLeakyReLU({ w: 0.5, c: 0.0625 }), (u) => Math.abs(u) < 0.5 ? 1 : 0.0625, 0.5],
];

/** Draws numbers that float32 holds exactly, so that both sides see the same ones. */
const draw = (k: Key, n: number, min: number, max: number) => [
  ...uniform(k, [n], { min, max }).dataSync(),
];

/** Draws zeros and ones. */
const flips = (k: Key, n: number) => draw(k, n, 0, 1).map((x) => x < 0.6 ? 1 : 0);

/** Cuts a row of numbers into rows of `width`. */
const rowsOf = (numbers: readonly number[], width: number) =>
  Array.from(
    { length: numbers.length / width },
    (_, i) => numbers.slice(i * width, (i + 1) * width),
  );

/**
 * Draws a connection of `units` units in groups of `group`, and returns with it the factor of every
 * weight, mask · sign.
 */
function randomConnection(connectionKey: Key, units: number, group: number) {
  const [choices, maskKey, signKey] = split(connectionKey, 3);
  const [m, s, b, d] = randint(choices, [4], { max: 840 }).dataSync();
  const pairs = Array.from({ length: units * group }, (_, i) => {
    const receiver = Math.floor(i / group);
    return { i: receiver % group, j: i % group, sender: receiver - receiver % group + i % group };
  });
  const perGroup = flips(maskKey, group * group);
  const perUnit = flips(maskKey, units * group);
  const alike = pairs.map(({ i, j }) => perGroup[i * group + j]);
  const masks: readonly (readonly [ConnectionOptions["mask"], readonly number[]])[] = [
    [undefined, pairs.map(() => 1)],
    [noSelf, pairs.map(({ i, j }) => i === j ? 0 : 1)],
    [selfOnly, pairs.map(({ i, j }) => i === j ? 1 : 0)],
    [neighbours(1), pairs.map(({ i, j }) => Math.abs(i - j) < 2 ? 1 : 0)],
    [rowsOf(perGroup, group), alike],
    [new Uint8Array(perGroup), alike],
    [tensor(perUnit, [units, 1, group]), perUnit],
    [new Float32Array(perUnit), perUnit],
  ];
  const signs = flips(signKey, units).map((x) => 2 * x - 1);
  const [mask, zerosAndOnes] = masks[m % masks.length];
  const sign = ([undefined, "excitatory", "inhibitory", signs] as const)[s % 4];
  const ofSender = ({ sender }: { sender: number }) =>
    sign === undefined || sign === "excitatory" ? 1 : sign === "inhibitory" ? -1 : signs[sender];
  const connection: ConnectionOptions = { mask, sign, bias: b % 2 === 0, delay: 1 + d % 6 };
  return { connection, factors: pairs.map((p, i) => zerosAndOnes[i] * ofSender(p)) };
}

/** Makes a case from its seed. */
function randomCase(seed: number) {
  const [sizes, values, constants, cotangents, connectionKey] = split(key(seed), 5);
  const [t, n, a, p, m, s, w, r, d] = randint(sizes, [9], { max: 840 }).dataSync();
  const [steps, batch, populations, P] = [1 + t % 8, 1 + n % 5, 1 + a % 4, 1 + p % 7];
  const model = (["if", "lif", "cuba"] as const)[m % 3];
  const wiring = (["ilc", "ilc", "dense", "plain"] as const)[w % 4];
  const units = populations * P;
  const group = wiring === "ilc" ? P : wiring === "dense" ? units : 0;
  const [vDecay, cDecay, vThreshold, rest] = draw(constants, 4, 0.25, 0.95);
  const vReset = [0, rest - 0.5, null][r % 3];
  const detachReset = d % 3 === 0;
  const [surrogate, slope, ...edges] = surrogates[s % surrogates.length];
  const params = {
    vThreshold,
    vReset,
    ...(model !== "if" && { vDecay }),
    ...(model === "cuba" && { cDecay }),
  };
  const learn = Object.keys(params).filter((name) => name !== "vReset" || vReset !== null);
  const options = { surrogate, detachReset, params, learn };
  const { connection, factors } = group > 0 && seed % 3 > 0
    ? randomConnection(connectionKey, units, group)
    : { connection: {}, factors: undefined };
  const { delay = 1 } = connection;
  const hasBias = group > 0 && connection.bias !== false;
  const population: Population = wiring === "ilc"
    ? ilc(models[model], { actDim: populations, decPopDim: P, connection, ...options })
    : wiring === "dense"
    ? dense(models[model], { units, connection, ...options })
    : plain(models[model], { units, ...options });
  const equations: Equations = {
    ...{ model, units, group, delay, vDecay, cDecay, vThreshold, vReset, detachReset, slope },
  };
  const keys = split(values, 6);
  const bound = 1 / Math.sqrt(Math.max(group, 1));
  const rows = (k: Key, width: number) => draw(k, batch * width, -0.3, 0.4);
  const data = {
    x: draw(keys[0], steps * batch * units, -0.6, 1.2),
    v: rows(keys[1], units),
    c: model === "cuba" ? rows(keys[2], units) : [],
    lateral: group > 0 ? rows(keys[3], delay * units) : [],
    weight: draw(keys[4], units * group, -bound, bound),
    bias: hasBias ? draw(keys[5], units, -bound, bound) : [],
  };
  const signs = split(cotangents, 4);
  const weights = {
    spikes: draw(signs[0], steps * batch * units, -1, 1),
    v: draw(signs[1], batch * units, -1, 1),
    c: draw(signs[2], data.c.length, -1, 1),
    lateral: draw(signs[3], data.lateral.length, -1, 1),
  };
  const title =
    `seed ${seed}: ${wiring} of ${model}, T ${steps}, N ${batch}, ${populations} x ${P}, ` +
    `${surrogate.name}, vReset ${vReset}, detachReset ${detachReset}, ${
      JSON.stringify(connection)
    }`;
  return {
    ...{ title, population, equations, edges, steps, batch, units, group, learn, data, weights },
    ...{ hasBias, delay, factors, signed: connection.sign !== undefined },
  };
}

type Case = ReturnType<typeof randomCase>;

const rowOf = (data: number[], n: number, units: number) => data.slice(n * units, (n + 1) * units);

/** Returns the steps of one row of [T, N, D]. */
function stepsOf({ steps, batch, units }: Case, data: number[], n: number): number[][] {
  return Array.from({ length: steps }, (_, t) => rowOf(data, t * batch + n, units));
}

/** Runs the case in double precision, row by row; undefined if rounding may decide a spike. */
function expectedOf(one: Case) {
  const { equations, edges, batch, units, data, weights, factors, signed } = one;
  const effective = (w: number, i: number) => (factors?.[i] ?? 1) * (signed ? Math.abs(w) : w);
  const slope = (w: number, i: number) => (factors?.[i] ?? 1) * (signed ? Math.sign(w) : 1);
  const rows = Array.from({ length: batch }, (_, n) => {
    const part = (x: number[]) => rowOf(x, n, units);
    const currents = (x: number[]) =>
      Array.from({ length: one.delay }, (_, i) => rowOf(x, i * batch + n, units)).flat();
    const inputs: RowInputs = {
      x: stepsOf(one, data.x, n),
      ...{ v: part(data.v), c: part(data.c), lateral: currents(data.lateral) },
      weight: data.weight.map(effective),
      bias: one.hasBias ? data.bias : new Array(units).fill(0),
    };
    const cotangents: Results = {
      spikes: stepsOf(one, weights.spikes, n),
      ...{ v: part(weights.v), c: part(weights.c), lateral: currents(weights.lateral) },
    };
    const { results, gradients, margin } = runRow(equations, inputs, edges);
    return { results, gradients: gradients(cotangents), margin };
  });
  if (rows.some(({ margin }) => margin < 1e-5)) return undefined;
  const inTime = (pick: (n: number) => number[][]) =>
    Array.from({ length: one.steps }, (_, t) => rows.flatMap((_, n) => pick(n)[t])).flat();
  const total = (pick: (g: Gradients) => number[]) =>
    rows.map(({ gradients }) => pick(gradients)).reduce((a, b) => a.map((v, i) => v + b[i]));
  return {
    spikes: inTime((n) => rows[n].results.spikes),
    x: inTime((n) => rows[n].gradients.x as number[][]),
    v: rows.flatMap(({ gradients }) => gradients.v),
    c: rows.flatMap(({ gradients }) => gradients.c),
    lateral: Array.from(
      { length: one.delay },
      (_, i) => rows.flatMap(({ gradients }) => rowOf(gradients.lateral, i, units)),
    ).flat(),
    weight: total((g) => g.weight).map((g, i) => g * slope(data.weight[i], i)),
    bias: total((g) => g.bias),
    vDecay: total((g) => g.vDecay),
    cDecay: total((g) => g.cDecay),
    vThreshold: total((g) => g.vThreshold),
    vReset: total((g) => g.vReset),
  };
}

/** Checks that all numbers agree within 1e-5 of the largest. */
function assertNear(got: Float32Array, want: readonly number[], what: string): void {
  assert(got.length === want.length, `${what}: ${got.length} numbers, expected ${want.length}`);
  const scale = want.reduce((largest, x) => Math.max(largest, Math.abs(x)), 1e-3);
  got.forEach((g, i) =>
    assert(Math.abs(g - want[i]) <= 1e-5 * scale, `${what} ${i}: got ${g}, expected ${want[i]}`)
  );
}

for (const backend of [evaluator, cpu]) {
  Deno.test(`gradients of random populations equal a loop in double precision (${backend.name})`, () => {
    let compared = 0;
    const seeds = trials(150, 3000);
    for (let seed = 0; seed < seeds; seed++) {
      const one = randomCase(seed);
      const expected = expectedOf(one);
      if (expected === undefined) continue;
      compared++;
      const { title, population, steps, batch, units, group, learn, data, weights, hasBias } = one;
      const on = (values: number[], ...shape: number[]) =>
        tensor(Float32Array.from(values), shape, { backend });
      const pick = <V>(names: readonly string[], of: (name: string) => V) =>
        Object.fromEntries(names.map((name) => [name, of(name)]));
      const rest = population.initialState(batch);
      const states = Object.keys(rest);
      const shapeOf = (name: string) => rest[name].shape;
      const column = data as Readonly<Record<string, number[]>>;
      const counts = weights as Readonly<Record<string, number[]>>;
      const inputs = {
        x: on(data.x, steps, batch, units),
        state: pick(states, (name) => on(column[name], ...shapeOf(name))),
        params: {
          ...pick(learn, (name) => full([units], population.constants[name] ?? 0, { backend })),
          ...(group > 0 && { weight: on(data.weight, units, 1, group) }),
          ...(hasBias && { bias: on(data.bias, units) }),
        },
      };
      const [, spikes] = population.multiStep(inputs.params, inputs.state, inputs.x);
      assertNear(spikes.dataSync(), expected.spikes, `${title}: spikes`);
      const loss = (p: typeof inputs): Tensor => {
        const [last, spikes] = population.multiStep(p.params, p.state, p.x);
        const ofStates = states.map((name) =>
          sum(mul(last[name], on(counts[name], ...shapeOf(name))))
        );
        return ofStates.reduce(add, sum(mul(spikes, on(weights.spikes, steps, batch, units))));
      };
      const g = grad(loss)(inputs);
      const expectedGradients = expected as Readonly<Record<string, number[]>>;
      assertNear(g.x.dataSync(), expected.x, `${title}: gradient of x`);
      for (const [name, value] of Object.entries({ ...g.state, ...g.params })) {
        assertNear(value.dataSync(), expectedGradients[name], `${title}: gradient of ${name}`);
      }
    }
    // The others have a membrane within rounding of its threshold.
    assertGreater(compared, 0.9 * seeds);
  });
}
