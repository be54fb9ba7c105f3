// Tests of the actor against the reference, on any backend.
import { assertEquals, assertLess } from "@std/assert";
import { readSafetensors } from "@spikeloop/interchange";
import type { Backend } from "@spikeloop/backend";
import { mapTree, mul, sum, type Tensor, tensor, valueAndGrad } from "@spikeloop/tensor";
import { type DecodeMode, type EncodeMode, ilcSan, type ILCSanParams } from "../mod.ts";
import golden from "../testdata/actor.json" with { type: "json" };

interface Stored {
  readonly shape: number[];
  readonly data: number[];
}

/** The largest difference, relative to the largest expected number. */
async function deviation(x: Tensor, { shape, data }: Stored): Promise<number> {
  assertEquals(x.shape, shape);
  const numbers = await x.data();
  const largest = Math.max(...data.map(Math.abs), 1e-30);
  return Math.max(...data.map((expected, i) => Math.abs(expected - numbers[i]))) / largest;
}

const { config } = golden;

/** Runs the golden cases of the actor on a backend. */
export function ilcSanSuite(backend: Backend): void {
  const load = ({ data, shape }: Stored) => tensor(Float32Array.from(data), shape, { backend });
  for (const c of golden.cases) {
    Deno.test(`ilcSan with ${c.name} equals the reference in every layer and every gradient, on ${backend.name}`, async () => {
      const actor = ilcSan({
        obsDim: config.obsDim,
        actDim: config.actDim,
        encPopDim: config.encPopDim,
        decPopDim: config.decPopDim,
        hiddenSizes: config.hiddenSizes,
        meanRange: config.meanRange as [number, number],
        std: config.std,
        timeSteps: config.spikeTs,
        actLimit: config.actLimit,
        encode: c.encode as EncodeMode,
        decode: c.decode as DecodeMode,
      });
      const file = Deno.readFileSync(
        new URL(`../testdata/${c.stateFile}.safetensors`, import.meta.url),
      );
      const { tensors } = readSafetensors(file);
      const params: ILCSanParams = actor.loadStateDict(
        mapTree((x) => tensor(x.dataSync(), x.shape, { backend }), tensors),
      );
      const obs = load(c.obs);
      const { action, encoded, spikes, decoded } = actor.applyWithSpikes(params, obs);
      assertLess(await deviation(action, c.action), 1e-5);
      assertLess(await deviation(decoded, c.intermediate.decoder), 1e-5);
      const layers = [encoded, ...spikes];
      const names = ["encoder", "CUBALIFNode0", "CUBALIFNode1", "ILCCUBALIFNode2"] as const;
      for (const [i, name] of names.entries()) {
        const expected = c.intermediate[name];
        assertEquals(layers[i].shape, expected.shape);
        if (name === "encoder") assertLess(await deviation(layers[i], expected), 1e-5);
        else assertEquals([...await layers[i].data()], expected.data, name);
      }
      const gradAction = load(c.gradAction);
      const loss = (p: { params: ILCSanParams; obs: Tensor }) =>
        sum(mul(actor.apply(p.params, p.obs), gradAction));
      const [, grads] = valueAndGrad(loss)({ params, obs });
      assertLess(await deviation(grads.obs, c.gradObs), 1e-5);
      for (const [name, expected] of Object.entries(c.grads as unknown as Record<string, Stored>)) {
        assertLess(await deviation(grads.params[name], expected), 1e-5, name);
      }
    });
  }
}
