import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { onGpu } from "@spikeloop/dev";
import { collectGarbage } from "@spikeloop/dev/testing";
import { adam, crossEntropy } from "@spikeloop/functional";
import { key } from "@spikeloop/random";
import { fit } from "./fit.ts";
import { accuracy } from "./metrics.ts";
import { logits, network, points } from "./testing/network.ts";

await onGpu("training on a GPU", (backend) => {
  Deno.test("fit() trains on a GPU as on the CPU, and garbage gives its memory back", async () => {
    const { x, y } = points();
    type Data = { readonly x: typeof x; readonly y: typeof y };
    const run = async (data: Data, validation: Data = data) => {
      const losses: number[] = [];
      const inUse = new Set<number>();
      for await (
        const { loss, validationLoss = 0, metrics } of fit({
          layer: network,
          loss: (output, y) => crossEntropy(logits(output), y),
          optimizer: adam(),
          data,
          validation,
          epochs: 3,
          timeSteps: 3,
          key: key(0),
          metrics: { accuracy: (output, y) => accuracy(logits(output), y) },
        })
      ) {
        losses.push(loss, validationLoss, metrics.accuracy);
        if (data.x !== x) await collectGarbage();
        inUse.add(backend.info.bytesInUse);
      }
      return { losses, inUse };
    };
    const [there, here] = [
      await run({ x: await backend.from(x), y: await backend.from(y) }),
      await run({ x, y }),
    ];
    there.losses.forEach((loss, i) => assertAlmostEquals(loss, here.losses[i], 0.02));
    assert(there.inUse.size <= 2);
    // Columns on the CPU go along.
    const mixed = await run({ x: await backend.from(x), y }, { x, y });
    assertEquals(mixed.losses, there.losses);
  });
});
