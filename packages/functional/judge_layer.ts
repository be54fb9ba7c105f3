import { showCount } from "@spikeloop/errors";
import type { Tensor } from "@spikeloop/tensor";
import type { Finding, LayerActivity } from "./diagnosis.ts";
import { partsOf } from "./make_population.ts";
import type { Observation } from "./observe.ts";
import type { Population } from "./population.ts";

/** The share of units from which on a fault is one of the layer. */
const most = 0.9;

/** A slope below this moves no weight. */
const smallestSlope = 1e-6;

/** Membranes are far from the threshold if fewer than this share of them have a slope, ... */
const fewest = 0.02;

/** ... and the mean distance is this many thresholds. */
const farAway = 3;

/** The judgement on a layer. */
export interface Judgement {
  readonly activity: LayerActivity;
  readonly findings: readonly Finding[];
  /** Whether its input holds only zeros. */
  readonly hasNoInput: boolean;
  /** Whether all of its values are finite. */
  readonly isFinite: boolean;
}

/** Returns the time step of the first number that is not finite, and which number it is. */
export async function firstNotFinite(
  sequence: Tensor,
): Promise<{ readonly step: number; readonly value: number } | undefined> {
  const data = await sequence.data();
  const at = data.findIndex((x) => !Number.isFinite(x));
  if (at < 0) return undefined;
  return { step: Math.floor(at / (data.length / sequence.shape[0])), value: data[at] };
}

/** Judges the values of a layer. */
export async function judgeLayer(o: Observation): Promise<Judgement> {
  const kind = o.layer.kind ?? "own";
  const hasNoInput = (await o.x.data()).every((x) => x === 0);
  const bad = await findNotFinite(o);
  if (bad !== undefined) {
    const activity = { layer: o.name, kind };
    return { activity, findings: [bad], hasNoInput, isFinite: false };
  }
  const shares = await readShares(o);
  const findings = shares === undefined ? [] : judgeShares(o, shares, hasNoInput);
  const activity = { layer: o.name, kind, ...shares?.activity };
  return { activity, findings, hasNoInput, isFinite: true };
}

/** Finds the values that are not finite first. */
async function findNotFinite(o: Observation): Promise<Finding | undefined> {
  const sequences = [...Object.entries(o.variables), ["", o.y] as const];
  const findings = await Promise.all(sequences.map(async ([name, x]) => {
    const first = await firstNotFinite(x);
    return first === undefined ? [] : [{ name, ...first }];
  }));
  const [first] = findings.flat().sort((a, b) => a.step - b.step);
  if (first === undefined) return undefined;
  const { name, step, value } = first;
  const what = name === "" ? "its output" : `its variable ${name}`;
  // A read-out has no steps.
  const hasSteps = o.layer.isReadOut !== true;
  const where = hasSteps ? ` from time step ${step} on` : "";
  return {
    kind: "notFinite",
    layer: o.name,
    message: `${what} is ${value}${where}, though its input and its params are finite`,
    advice: Object.keys(o.variables).length > 0
      ? "lower the gain of its input, and look for decays above 1 and for weights of a group " +
        "that excite each other without end"
      : "look for weights and inputs that are too large, and for a division by 0, a logarithm " +
        "or a root",
    ...(hasSteps && { step }),
  };
}

/** The units of a layer that spikes. */
interface Shares {
  readonly activity: Required<Pick<LayerActivity, "rate" | "silent" | "saturated">> & {
    readonly dead?: number;
  };
  readonly membranes?: Membranes;
}

/** The membranes of a layer: their distances from the threshold, positive above it. */
interface Membranes {
  readonly high: number;
  readonly mean: number;
  /** The mean without sign. */
  readonly far: number;
  /** The share for which the slope of the surrogate is not 0. */
  readonly live: number;
}

/** Counts the units that never or always fire; undefined if the layer sends no spikes. */
async function readShares(o: Observation): Promise<Shares | undefined> {
  const parts = partsOf(o.layer);
  const y = await o.y.data();
  const units = o.y.shape.at(-1) ?? 1;
  const isPopulation = parts !== undefined;
  const distance = await o.distance?.data();
  if (isPopulation) {
    // Without spikes in the forward pass, or without a threshold, nothing fires.
    if (distance === undefined || parts.options.surrogate?.spiking === false) return undefined;
  } else {
    const hasState = Object.keys(o.layer.initialState(1)).length > 0;
    if (!hasState || o.layer.isReadOut || y.some((v) => v !== 0 && v !== 1)) return undefined;
  }
  // The output of some models is not their spike.
  const fires = parts?.model.emit === undefined || distance === undefined
    ? (i: number) => y[i] !== 0
    : (i: number) => distance[i] >= 0;
  const counts = countPerUnit(y.length, units, fires);
  const rows = y.length / units;
  const shareOf = (isOne: (count: number) => boolean) =>
    counts.reduce((total, count) => total + Number(isOne(count)), 0) / units;
  const activity = {
    rate: y.reduce((total, v) => total + v, 0) / y.length,
    silent: shareOf((count) => count === 0),
    saturated: shareOf((count) => count === rows),
  };
  if (distance === undefined || o.slope === undefined) return { activity };
  const slope = await o.slope.data();
  const steep = countPerUnit(slope.length, units, (i) => Math.abs(slope[i]) >= smallestSlope);
  const dead = steep.reduce((total, count) => total + Number(count === 0), 0) / units;
  const total = (f: (u: number) => number) => distance.reduce((sum, u) => sum + f(u), 0);
  return {
    activity: { ...activity, dead },
    membranes: {
      high: distance.reduce((a, b) => Math.max(a, b), -Infinity),
      mean: total((u) => u) / distance.length,
      far: total(Math.abs) / distance.length,
      live: steep.reduce((a, b) => a + b, 0) / slope.length,
    },
  };
}

function countPerUnit(length: number, units: number, counts: (i: number) => boolean): Uint32Array {
  const perUnit = new Uint32Array(units);
  for (let i = 0; i < length; i++) if (counts(i)) perUnit[i % units]++;
  return perUnit;
}

/** A number in a message, with two digits. */
export const showNumber = (x: number): string => String(Number(x.toPrecision(2)));

const percent = (share: number): string => `${Math.floor(100 * share)} %`;

function judgeShares(
  o: Observation,
  { activity, membranes }: Shares,
  hasNoInput: boolean,
): Finding[] {
  const { silent, saturated, dead = 0 } = activity;
  const layer = o.name;
  const run = `in ${showCount(o.x.shape[0], "step")} of ${showCount(o.x.shape[1], "row")}`;
  const input = o.source === undefined ? "the input" : `the weights in ${o.source}`;
  const threshold = (o.layer as Partial<Population>).constants?.vThreshold ?? undefined;
  const findings: Finding[] = [];
  const add = (kind: Finding["kind"], message: string, advice: string) =>
    findings.push({ kind, layer, message, advice });
  if (silent > most) {
    const { high } = membranes ?? { high: NaN };
    const far = high < 0
      ? `, and the highest membrane stays ${showNumber(-high)} below threshold`
      : "";
    const who = silent === 1 ? "no unit fires" : `${percent(silent)} of units never fire`;
    const factor = threshold !== undefined && high < 0 && threshold + high > 0
      ? ` by at least ${showNumber(threshold / (threshold + high))}`
      : "";
    const gain = `raise the input gain (multiply ${input}${factor}), or lower the threshold, or ` +
      "add a bias";
    const empty = o.source === undefined
      ? "look at how the input is encoded: it holds only zeros"
      : `mend ${o.source}, which sends only zeros`;
    add(
      "silent",
      `${who} ${run}${hasNoInput ? ", and the input of the layer is 0 throughout" : far}`,
      hasNoInput ? empty : gain,
    );
  }
  if (saturated > most) {
    const { mean } = membranes ?? { mean: NaN };
    const who = saturated === 1 ? "all units fire" : `${percent(saturated)} of units fire`;
    const factor = threshold !== undefined && threshold > 0 && mean > 0
      ? ` by about ${showNumber(Math.max(2, 1 + mean / threshold))}`
      : "";
    add(
      "saturated",
      `${who} at every step, ${run}, so that their spikes say nothing`,
      threshold !== undefined && threshold <= 0
        ? `raise the threshold above 0: it is ${threshold}, so that units fire without input`
        : `lower the input gain (divide ${input}${factor}), or raise the threshold, or lower the ` +
          "bias",
    );
  }
  if (membranes === undefined) return findings;
  const isFar = membranes.far > farAway * Math.max(1, Math.abs(threshold ?? 1));
  if (dead > most || (isFar && membranes.live < fewest)) {
    const { name } = (o.layer as Population).surrogate;
    const who = membranes.live === 0 ? "everywhere" : `for ${percent(1 - membranes.live)} of them`;
    const advice = [
      `take a wider slope (${widerThan(name, membranes.far)})`,
      `bring the membranes nearer to the threshold by another scale of ${input}`,
    ];
    add(
      "deadSurrogate",
      `membranes are ${
        showNumber(membranes.far)
      } from the threshold on average, where the slope of ` +
        `the surrogate (${name}) is 0 ${who}, so that no gradient passes`,
      (isFar ? advice.reverse() : advice).join(", or "),
    );
  }
  return findings;
}

/** A surrogate whose slope is not 0 at a distance from the threshold. */
function widerThan(name: string, distance: number): string {
  const smooth = "atan(), which is nowhere 0";
  return name === "rect" && Number.isFinite(distance)
    ? `rect({ alpha: ${Number((0.3 / distance).toPrecision(1))} }), or ${smooth}`
    : smooth;
}
