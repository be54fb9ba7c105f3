import { assertEquals, assertLess } from "@std/assert";
import { readSafetensors, readTorch, writeSafetensors } from "@spikeloop/interchange";
import { key } from "@spikeloop/random";
import { mul, sum, type Tensor, tensor, valueAndGrad } from "@spikeloop/tensor";
import { type DecodeMode, ilcSan } from "./mod.ts";
import golden from "./testdata/actor.json" with { type: "json" };

const open = (name: string) => Deno.readFileSync(new URL(`./testdata/${name}`, import.meta.url));

/** The largest difference, relative to the largest expected number. */
function deviation(x: Tensor, expected: ArrayLike<number>): number {
  const [actual, numbers] = [x.dataSync(), Array.from(expected)];
  assertEquals(actual.length, numbers.length);
  const largest = Math.max(...numbers.map(Math.abs));
  return Math.max(...numbers.map((n, i) => Math.abs(n - actual[i]))) / largest;
}

const { obsDim, actDim, encPopDim, decPopDim, hiddenSizes, std, spikeTs } = golden.config;
const sizes = { obsDim, actDim, encPopDim, decPopDim, hiddenSizes, std, timeSteps: spikeTs };

for (
  const [file, decode] of [
    ["actor.pt", "last-mem"],
    ["actor_legacy.pt", "last-mem"],
    ["actor_fr_mlp.pt", "fr-mlp"],
  ] as const
) {
  Deno.test(`${file}, which PyTorch saved, is loaded by name and acts as the reference does`, () => {
    const actor = ilcSan({ ...sizes, decode });
    const params = actor.loadStateDict(readTorch(open(file)).tensors);
    const stored = readSafetensors(
      open(file.replace("_legacy", "").replace(".pt", ".safetensors")),
    ).tensors;
    for (const name of Object.keys(actor.shapes)) {
      assertEquals(params[name].dataSync(), stored[name].dataSync(), name);
    }
    const mode = decode.replace("last-mem", "last_mem");
    const cases = golden.cases.filter((c) => c.encode === "pop-det" && c.decode === mode);
    assertEquals(cases.length, 1);
    const [{ obs, action }] = cases;
    const actual = actor.apply(params, tensor(Float32Array.from(obs.data), obs.shape));
    assertLess(deviation(actual, action.data), 1e-5);
  });
}

Deno.test("a checkpoint of the example's default size has the reference's actions, spikes and gradients", () => {
  const { tensors: golden, metadata } = readSafetensors(open("actor_default_result.safetensors"));
  const config = JSON.parse(metadata.config);
  const actor = ilcSan({
    obsDim: config.obs,
    actDim: config.act,
    encPopDim: config.enc,
    decPopDim: config.dec,
    hiddenSizes: config.hidden,
    timeSteps: config.T,
    actLimit: config.limit,
    std: config.std,
    meanRange: config.meanRange,
    encode: config.encode,
    decode: config.decode as DecodeMode,
  });
  const params = actor.loadStateDict(readTorch(open("actor_default.pt")).tensors);
  const { action, encoded, spikes } = actor.applyWithSpikes(params, golden.obs);
  assertLess(deviation(action, golden.action.dataSync()), 1e-5);
  const names = ["encoder", "CUBALIFNode0", "CUBALIFNode1", "ILCCUBALIFNode2"];
  [encoded, ...spikes].forEach((layer, i) =>
    assertEquals(layer.dataSync(), golden[`spikes.${names[i]}`].dataSync(), names[i])
  );
  const [, grads] = valueAndGrad((p: { params: typeof params; obs: Tensor }) =>
    sum(mul(actor.apply(p.params, p.obs), golden.gradAction))
  )({ params, obs: golden.obs });
  assertLess(deviation(grads.obs, golden.gradObs.dataSync()), 1e-5);
  for (const [name, g] of Object.entries(grads.params)) {
    assertLess(deviation(g, golden[`grad.${name}`].dataSync()), 1e-5, name);
  }
});

Deno.test("an actor whose parameters were saved and loaded acts like the first", () => {
  const actor = ilcSan(sizes);
  const params = actor.init(key(0));
  const loaded = actor.loadStateDict(readSafetensors(writeSafetensors(params)).tensors);
  const obs = tensor([[0.3, -1, 2], [0, 0.1, -0.2]]);
  assertEquals(actor.apply(loaded, obs).dataSync(), actor.apply(params, obs).dataSync());
});
