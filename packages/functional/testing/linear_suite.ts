// Linear layers and initial weights on any backend, as tests.
import { assert, assertEquals, assertLess } from "@std/assert";
import { cubaLif } from "@spikeloop/neuron";
import { key } from "@spikeloop/random";
import { equal, grad, mul, sum, type Tensor, tensor } from "@spikeloop/tensor";
import { ilc, linear, type Tensors } from "../mod.ts";
import { assertClose, type Device, numbers, random } from "./compare.ts";

/** Runs the tests of linear layers on a device. */
export function linearSuite(device: Device): void {
  const test = (title: string, f: () => void | Promise<void>) =>
    Deno.test(`${title} (${device.backend.name})`, f);
  const on = (values: Parameters<typeof tensor>[0]) =>
    tensor(values, undefined, { backend: device.backend });

  test("linear is x · weightᵀ + bias, forward and backward", async () => {
    const layer = linear({ inFeatures: 2, outFeatures: 3 });
    const params = { weight: on([[1, 2], [3, 4], [5, 6]]), bias: on([10, 20, 30]) };
    const x = on([[[1, 0]], [[1, 1]]]);
    const y = layer.apply(params, x);
    assertEquals(y.shape, [2, 1, 3]);
    await assertClose(y, [11, 23, 35, 13, 27, 41], 1e-7, "values");
    const f = ([p, x]: readonly [Tensors<"weight" | "bias">, Tensor]) => sum(layer.apply(p, x));
    const [gp, gx] = grad(f)([params, x]);
    await assertClose(gp.weight, [2, 1, 2, 1, 2, 1], 1e-7, "weight");
    await assertClose(gp.bias, [2, 2, 2], 1e-7, "bias");
    await assertClose(gx, [9, 12, 9, 12], 1e-7, "x");
  });

  test("linear after spikes is the same as after equal numbers", async () => {
    const layer = linear({ inFeatures: 40, outFeatures: 9 });
    const params = layer.init(key(0), { backend: device.backend });
    const x = random(device, key(1), [6, 40]);
    const spikes = equal(x, x);
    assert(spikes.binary);
    const same = mul(spikes, 1);
    await assertClose(layer.apply(params, spikes), layer.apply(params, same), 1e-6, "values");
  });

  test("initial weights and biases are uniform within 1/√fanIn", async () => {
    const { weight, bias } = linear({ inFeatures: 64, outFeatures: 200 }).init(key(3), {
      backend: device.backend,
    });
    const values = [...await numbers(weight), ...await numbers(bias)];
    assertLess(Math.max(...values.map(Math.abs)), 0.125000001);
    const meanSquare = values.reduce((a, v) => a + v * v, 0) / values.length;
    assertLess(Math.abs(meanSquare * 64 * 3 - 1), 0.05);
    const params = ilc(cubaLif, { actDim: 16, decPopDim: 16 }).init(key(3), {
      backend: device.backend,
    });
    assertLess(Math.max(...(await numbers(params)).map(Math.abs)), 0.250000001);
    assertEquals(Object.keys(params), ["weight", "bias"]);
  });
}
