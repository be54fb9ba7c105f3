// Losses on any backend, as tests.
import { assertLess } from "@std/assert";
import { grad, type Tensor, tensor, valueAndGrad } from "@spikeloop/tensor";
import { crossEntropy, meanSquaredError, spikeRateLoss } from "../mod.ts";
import { assertClose, type Device, numbers } from "./compare.ts";

/** Runs the tests of losses on a device. */
export function lossesSuite(device: Device): void {
  const test = (title: string, f: () => void | Promise<void>) =>
    Deno.test(`${title} (${device.backend.name})`, f);
  const on = (values: Parameters<typeof tensor>[0]) =>
    tensor(values, undefined, { backend: device.backend });

  test("meanSquaredError and spikeRateLoss have their values and gradients", async () => {
    const target = on([[1, 2], [3, 4]]);
    const f = (x: Tensor) => meanSquaredError(x, target);
    const [value, slope] = valueAndGrad(f)(on([[1, 4], [3, 2]]));
    await assertClose(value, [2], 1e-7, "value");
    await assertClose(slope, [0, 1, 0, -1], 1e-7, "gradient");
    const spikes = on([[[1, 0]], [[1, 1]], [[0, 0]], [[0, 0]]]);
    const [loss, g] = valueAndGrad((s: Tensor) => spikeRateLoss(s, on([0.25, 0.25])))(spikes);
    await assertClose(loss, [0.03125], 1e-7, "rate loss");
    await assertClose(g, [0, 1, 2, 3].flatMap(() => [0.0625, 0]), 1e-7, "its gradient");
  });

  test("crossEntropy equals -log softmax in double precision, also for huge logits", async () => {
    const rows = [[0.5, -1, 2], [1000, 0, -1000], [-3e4, -3e4, -3e4 + 1], [-Infinity, 0, 1]];
    const classes = [2, 1, 0, 1];
    const expected = rows.map((row, i) => {
      const top = Math.max(...row);
      const total = row.reduce((a, x) => a + Math.exp(x - top), 0);
      return Math.log(total) + top - row[classes[i]];
    });
    const mean = expected.reduce((a, b) => a + b) / 4;
    const oneHot = classes.map((c) => [0, 1, 2].map((i) => i === c ? 1 : 0));
    for (const targets of [classes, on(classes), oneHot, on(oneHot)]) {
      await assertClose(crossEntropy(on(rows), targets), [mean], 1e-6, "value");
    }
    const slope = await numbers(grad((x: Tensor) => crossEntropy(x, classes))(on(rows)));
    rows.forEach((row, i) => {
      const top = Math.max(...row);
      const total = row.reduce((a, x) => a + Math.exp(x - top), 0);
      row.forEach((x, j) => {
        const s = (Math.exp(x - top) / total - oneHot[i][j]) / 4;
        assertLess(Math.abs(slope[i * 3 + j] - s), 1e-6);
      });
    });
  });
}
