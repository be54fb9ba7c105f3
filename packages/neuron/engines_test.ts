import { engines, testUnless } from "@spikeloop/dev";
import { assertGreater } from "@std/assert";

const suites = "packages/neuron/testing/engine_suites.ts";

for (const engine of engines) {
  testUnless(
    await engine.whyNot(),
    `nodes on the GPU and on the CPU equal the reference in ${engine.name}`,
    async (t) => {
      const outcomes = await engine.run(suites);
      assertGreater(outcomes.length, 20);
      for (const { name, error } of outcomes) {
        await t.step(name, () => {
          if (error !== undefined) throw new Error(error);
        });
      }
    },
  );
}
