import { ilc } from "@spikeloop/functional";
import { lif } from "@spikeloop/neuron";
import { zeros } from "@spikeloop/tensor";
import { assertEquals } from "@std/assert";
import { join } from "node:path";
import { repositoryRoot, runDeno } from "../run_deno.ts";
import { recordShaders } from "./record_shaders.ts";

/** The code blocks of a guide that begin with these words. */
function blocksOf(guide: string, kind: string): string[] {
  const text = Deno.readTextFileSync(join(repositoryRoot, guide));
  const blocks = text.matchAll(/^```(.*)\n([\s\S]*?)^```/gm);
  return Array.from(blocks).filter((b) => b[1] === kind).map((b) => b[2]);
}

/** The first of two time steps in the loop of a shader, with its temporaries numbered from 1. */
function stepOf(shader: string): string {
  const [, step] = /^ {6}{\n([\s\S]*?)^ {6}}\n/m.exec(shader) ?? ["", ""];
  const names = [...new Set(step.match(/\be\d+\b/g))];
  return step.replace(/^ {8}/gm, "").replace(/\be\d+\b/g, (name) => `e${1 + names.indexOf(name)}`);
}

Deno.test("the WGSL in docs/how_it_works.md is what the GPU backend prints for that neuron", async () => {
  const shaders = await recordShaders((backend) => {
    const population = ilc(lif, { actDim: 2, decPopDim: 3 });
    const params = {
      weight: zeros([6, 1, 3], { backend }),
      bias: zeros([6], { backend }),
    };
    const state = population.initialState(4, { backend });
    population.multiStep(params, state, zeros([5, 4, 6], { backend }));
  });
  const [shown] = blocksOf("docs/how_it_works.md", "wgsl");
  assertEquals(shown.replace(/ *\/\/.*$/gm, ""), stepOf(shaders.at(-1) ?? ""));
});

for (const guide of ["docs/how_it_works.md", "ARCHITECTURE.md"]) {
  Deno.test(`the definition in ${guide} is the one in packages/neuron/models/lif.ts`, () => {
    const linesOf = (text: string) => text.trim().split("\n").map((line) => line.trim());
    const [shown] = blocksOf(guide, "ts ignore");
    const file = Deno.readTextFileSync(join(repositoryRoot, "packages/neuron/models/lif.ts"));
    // The package's own models leave the checks of definitions out.
    const defined = linesOf(file.replace("/* @__PURE__ */ makeNeuron", "defineNeuron"));
    assertEquals(linesOf(shown).filter((line) => !defined.includes(line)), []);
  });
}

Deno.test("programs run, too, where a policy forbids to compile WebAssembly, with the same bits", async () => {
  const program = `import { ilc } from "@spikeloop/functional";
    import { cubaLif } from "@spikeloop/neuron";
    import { key, uniform } from "@spikeloop/random";
    const population = ilc(cubaLif, { actDim: 2, decPopDim: 3 });
    const input = uniform(key(1), [4, 2, 6]);
    const [state] = population.multiStep(population.init(key(0)), population.initialState(2), input);
    console.log(JSON.stringify([...state.v.dataSync(), ...state.c.dataSync()]));`;
  const forbid = `WebAssembly.Module = class {
    constructor() { throw new WebAssembly.CompileError("refused by the content security policy"); }
  };`;
  const [here, there] = await Promise.all(
    ["", forbid].map((first) => runDeno(["eval", `${first}\n${program}`])),
  );
  assertEquals([here.code, there.code], [0, 0]);
  assertEquals(JSON.parse(there.output), JSON.parse(here.output));
});
