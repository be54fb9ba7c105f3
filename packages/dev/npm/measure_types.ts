/**
 * Measures how long TypeScript takes for programs that use the npm package: one that imports it,
 * and ones with networks. Prints a table; `deno task bundle` ends with it.
 *
 * @module
 */
import { join } from "node:path";
import { installPackage, runCompiler } from "./installed_package.ts";

/** The cost of a program's types. */
export interface TypeCost {
  /** The seconds of the check alone, without reading files. */
  readonly checkSeconds: number;
  /** The seconds of the whole run of the compiler. */
  readonly totalSeconds: number;
  /** How many generic types were filled in. The same on every machine. */
  readonly instantiations: number;
}

/** Options of a program in Node. */
const compilerOptions: Readonly<Record<string, unknown>> = {
  module: "node16",
  moduleResolution: "node16",
  target: "es2022",
  lib: ["es2023"],
  strict: true,
  skipLibCheck: true,
  noEmit: true,
  types: [],
};

/** A program that imports the package and uses no type of it. */
const importing = `import * as functional from "spikeloop/functional";
import * as neuron from "spikeloop/neuron";
import * as random from "spikeloop/random";
import * as tensor from "spikeloop/tensor";
export const packages = [functional, neuron, random, tensor];
`;

/** Returns a program that trains a network with this many layers. */
function training(layers: number): string {
  const pairs = Array.from({ length: layers / 2 }, (_, i) => `
  fc${i}: linear({ inFeatures: ${8 + i}, outFeatures: ${9 + i} }),
  spikes${i}: ilc(cubaLif, { actDim: 1, decPopDim: ${9 + i}, learn: ["vDecay"] }),`);
  return `import { ilc, linear, sequential } from "spikeloop/functional";
import { cubaLif } from "spikeloop/neuron";
import { key } from "spikeloop/random";
import { grad, ones, sum } from "spikeloop/tensor";
const net = sequential({${pairs.join("")}
});
const params = net.init(key(0));
const start = net.initialState(2);
export const gradients = grad((p: typeof params) =>
  sum(net.multiStep(p, start, ones([3, 2, 8]))[1])
)(params);
export const slopes = [gradients.fc0.weight, gradients.spikes${layers / 2 - 1}.vDecay];
`;
}

/**
 * Measures the types of a program with this many layers, in a folder that has the package; with 0,
 * of one that only imports it.
 */
export async function measureTypes(project: string, layers: number): Promise<TypeCost> {
  const entry = `layers${layers}.ts`;
  await Deno.writeTextFile(join(project, entry), layers === 0 ? importing : training(layers));
  const options = { ...compilerOptions, extendedDiagnostics: true };
  const { ok, output } = await runCompiler(project, [entry], options);
  if (!ok) throw new Error(`${entry} has type errors:\n${output}`);
  const numberAt = (name: string) =>
    Number(output.match(new RegExp(`^${name}: *([\\d.]+)`, "m"))?.[1]);
  return {
    checkSeconds: numberAt("Check time"),
    totalSeconds: numberAt("Total time"),
    instantiations: numberAt("Instantiations"),
  };
}

/** Returns the cost of the fastest of several runs. */
async function fastest(project: string, layers: number, runs = 3): Promise<TypeCost> {
  const costs = [];
  for (let i = 0; i < runs; i++) costs.push(await measureTypes(project, layers));
  return costs.reduce((best, cost) => cost.totalSeconds < best.totalSeconds ? cost : best);
}

if (import.meta.main) {
  const project = await installPackage();
  const bare = await fastest(project, 0);
  console.log("| layers | check | total | more than the import | instantiations |");
  console.log("|---|---|---|---|---|");
  for (const layers of [0, 2, 10, 20]) {
    const { checkSeconds, totalSeconds, instantiations } = await fastest(project, layers);
    const more = (totalSeconds - bare.totalSeconds).toFixed(2);
    console.log(
      `| ${layers} | ${checkSeconds} s | ${totalSeconds} s | ${more} s | ${instantiations} |`,
    );
  }
  await Deno.remove(join(project, ".."), { recursive: true });
}
