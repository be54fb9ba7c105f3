import { type PopulationSettings, radius, units } from "./settings.ts";

/** The program that computes what is seen, from the first step on. */
export function codeText(settings: PopulationSettings): string {
  const { cDecay, vDecay, vThreshold, vReset, connection, weight, drive, spread, noise } = settings;
  const rule = connection === "all"
    ? undefined
    : connection === "neighbours"
    ? `neighbours(${radius})`
    : connection;
  const names = ["add", "cubaLif", "full", "ilc", "key", "mul", "normal", "tensor", "zeros"];
  if (connection !== "all") names.push(connection);
  return `import { ${names.sort().join(", ")} } from "@spikeloop/spikeloop";

const units = ${units};
const population = ilc(cubaLif, {
  actDim: 1, // one group, in which the neurons hear each other
  decPopDim: units,
  params: { cDecay: ${cDecay}, vDecay: ${vDecay}, vThreshold: ${vThreshold}, vReset: ${
    settings.isSoft ? "null" : vReset
  } },${rule === undefined ? "" : `\n  connection: { mask: ${rule} },`}
});
const step = population.bind({
  weight: full([units, 1, units], ${weight}),
  bias: zeros([units]),
});
const drive = tensor(
  Array.from({ length: units }, (_, i) => ${drive} * (1 + ${spread} * i / (units - 1))),
  [1, units],
);
let state = population.initialState(1);
for (let t = 0; t < 200; t++) {
  const x = add(drive, mul(${noise}, normal(key(t), [1, units])));
  const [next, spikes] = step(state, x);
  state = next; // { c, v, lateral }
  console.log(Array.from(spikes.dataSync(), (spike) => spike ? "|" : ".").join(""));
}
`;
}
