// Compares the population encoders with the reference, on any backend.
import { assertEquals, assertLess } from "@std/assert";
import type { Backend } from "@spikeloop/backend";
import { mul, sum, tensor, valueAndGrad } from "@spikeloop/tensor";
import { popEncoder, popSpikeEncoderDeterministic } from "../mod.ts";
import golden from "../testdata/encoders.json" with { type: "json" };

interface Stored {
  readonly shape: number[];
  readonly data: number[];
}

/** The largest difference, relative to the largest expected number. */
function deviation(got: Float32Array, want: Stored): number {
  const largest = Math.max(...want.data.map(Math.abs), 1e-30);
  return Math.max(...want.data.map((w, i) => Math.abs(w - got[i]))) / largest;
}

const encoders = {
  PopEncoder: popEncoder,
  PopSpikeEncoderDeterministic: popSpikeEncoderDeterministic,
};

/** Runs the golden cases of the encoders on a backend. */
export function populationEncoderSuite(backend: Backend): void {
  Deno.test(`population encoders equal the reference's in activity and gradients, on ${backend.name}`, async () => {
    for (const c of golden.cases) {
      const make = encoders[c.encoder as keyof typeof encoders];
      const encoder = make({
        obsDim: c.obsDim,
        popDim: c.popDim,
        timeSteps: c.T,
        meanRange: c.meanRange as [number, number],
        std: c.stdInit,
      });
      const load = ({ data, shape }: Stored) => tensor(Float32Array.from(data), shape, { backend });
      const fresh = encoder.init({ backend });
      if (c.fresh) {
        assertEquals([...await fresh.mean.data()], c.mean.data.map(Math.fround));
        assertEquals([...await fresh.std.data()], c.std.data.map(Math.fround));
      }
      const gradOut = load(c.gradOut);
      const params = { mean: load(c.mean), std: load(c.std), obs: load(c.obs) };
      const out = encoder.apply(params, params.obs);
      assertEquals(out.shape, c.out.shape);
      if (c.encoder === "PopEncoder") assertLess(deviation(await out.data(), c.out), 1e-6);
      else assertEquals([...await out.data()], c.out.data);
      const [, grads] = valueAndGrad((p: typeof params) =>
        sum(mul(encoder.apply(p, p.obs), gradOut))
      )(params);
      assertLess(deviation(await grads.mean.data(), c.gradMean), 1e-5);
      assertLess(deviation(await grads.std.data(), c.gradStd), 1e-5);
      assertLess(deviation(await grads.obs.data(), c.gradObs), 1e-5);
    }
  });
}
