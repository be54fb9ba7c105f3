// Single observations through bound actors of all kinds: the time of a call, the bytes of objects
// that it leaves, and the time of a binding: deno run -A bench/acting.ts [part of a name]
import { type Actor, actorFrom, ilcSan, mlpActor } from "@spikeloop/actor";
import { limitThreads } from "@spikeloop/cpu";
import { bytesOf } from "@spikeloop/dev/testing";
import { dense, ilc, linear, plain, readOut, sequential } from "@spikeloop/functional";
import { cubaLif, leakyIntegrator, lif } from "@spikeloop/neuron";
import { key, normal, split } from "@spikeloop/random";

limitThreads(1);

const [obsDim, outputs, rows, calls] = [11, 3, 64, 10];

/** The number in the middle, and the least. */
function middleAndLeast(count: number, run: (i: number) => void): [string, string] {
  const times = Array.from({ length: count }, (_, i) => {
    const start = performance.now();
    run(i);
    return (performance.now() - start) * 1000;
  }).sort((a, b) => a - b);
  return [times[count >> 1].toFixed(1), times[0].toFixed(1)];
}

const spiking = (units: number, options = {}) =>
  ilcSan({ obsDim, actDim: outputs, hiddenSizes: [units, units], ...options });
const network = (units: number, isConnected: boolean) =>
  actorFrom(
    sequential({
      fc1: linear({ inFeatures: obsDim, outFeatures: units }),
      first: isConnected ? dense(cubaLif, { units }) : plain(lif, { units }),
      fc2: linear({ inFeatures: units, outFeatures: units }),
      second: isConnected
        ? ilc(cubaLif, { actDim: units / 32, decPopDim: 32, connection: { delay: 2 } })
        : plain(lif, { units }),
      fc3: linear({ inFeatures: units, outFeatures: outputs }),
      out: plain(leakyIntegrator, { units: outputs }),
      last: readOut("last"),
    }),
    { obsDim, actDim: outputs, timeSteps: 5 },
  );
const kinds: Readonly<Record<string, (units: number) => Actor>> = {
  "ilcSan": spiking,
  "ilcSan, batch normalization": (units) => spiking(units, { batchNorm: true }),
  "ilcSan, pop-ran": (units) => spiking(units, { encode: "pop-ran" }),
  "ilcSan, a delay of 2": (units) => spiking(units, { connection: { delay: 2 } }),
  "ilcSan, groups of 100": (units) => spiking(units, { decPopDim: 100 }),
  "mlpActor": (units) => mlpActor({ obsDim, actDim: outputs, hiddenSizes: [units, units] }),
  "actorFrom, lif": (units) => network(units, false),
  "actorFrom, dense and groups": (units) => network(units, true),
};

const numbers = normal(key(1), [rows, obsDim]).dataSync();
const observations = Array.from(
  { length: rows },
  (_, i) => numbers.slice(i * obsDim, (i + 1) * obsDim),
);
const keys = split(key(2), rows);
const into = new Float32Array(outputs);
const print = (...cells: string[]) =>
  console.log(cells.map((c, i) => i === 0 ? c.padEnd(38) : c.padStart(10)).join(""));

print(`${obsDim} numbers, ${outputs} actions, T=5`, "p50 µs", "best µs", "bytes", "bind µs");
for (const [kind, make] of Object.entries(kinds)) {
  for (const units of [64, 256]) {
    const name = `${kind}, ${units}-${units}`;
    if (!name.includes(Deno.args[0] ?? "")) continue;
    const actor = make(units);
    const params = actor.init(key(0));
    const bound = actor.bind(params);
    const act = (i: number) => bound.act(observations[i % rows], into, keys[i % rows]);
    const bytes = await bytesOf(() => act(0), 10);
    const [middle, best] = middleAndLeast(4000, (i) => {
      for (let c = 0; c < calls; c++) act(i + c);
    }).map((time) => (Number(time) / calls).toFixed(2));
    const [binding] = middleAndLeast(200, () => actor.bind(params));
    print(name, middle, best, bytes.toFixed(0), binding);
  }
}
