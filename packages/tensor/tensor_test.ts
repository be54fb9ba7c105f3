import { assertEquals, assertThrows } from "@std/assert";
import { cpu } from "@spikeloop/cpu";
import { tensor, zeros } from "./create.ts";
import { Tensor } from "./tensor.ts";

Deno.test("a tensor is read by waiting or, on the CPU, at once, and gives a copy each time", async () => {
  const x = tensor([[1, 2], [3, 4]]);
  (await x.data()).fill(0);
  assertEquals([...(await x.data())], [1, 2, 3, 4]);
  assertEquals([...x.dataSync()], [1, 2, 3, 4]);
  assertEquals([x.size, x.shape, x.strides], [4, [2, 2], [2, 1]]);
  assertEquals(String(x), "Tensor([2, 2], cpu)");
});

Deno.test("a tensor shows its first elements on the console", () => {
  const shown = (x: Tensor) => Deno.inspect({ x });
  assertEquals(shown(tensor([[0.1, -2], [3, NaN]])), "{ x: Tensor([2, 2], cpu) 0.1 -2 3 NaN }");
  assertEquals(shown(zeros([3, 3])), "{ x: Tensor([3, 3], cpu) 0 0 0 0 0 0 0 0 … }");
  assertEquals(shown(zeros([0])), "{ x: Tensor([0], cpu) }");
  const device = { ...cpu, name: "device", readSync: undefined };
  const x = new Tensor(device, device.upload(Float32Array.of(1)), [1]);
  assertEquals(shown(x), "{ x: Tensor([1], device) }");
});

Deno.test("item() takes the only element, whatever the rank", () => {
  assertEquals(tensor([[5]]).item(), 5);
  assertThrows(
    () => zeros([2, 1]).item(),
    TypeError,
    "Cannot take the item of a tensor of shape [2, 1]: it has 2 elements, expected 1",
  );
  assertThrows(() => zeros([0]).item(), TypeError, "it has 0 elements, expected 1");
});

Deno.test("a device that is only read by waiting says so", () => {
  const device = { ...cpu, name: "device", readSync: undefined };
  const x = new Tensor(device, device.upload(Float32Array.of(1)), [1]);
  assertThrows(
    () => x.dataSync(),
    TypeError,
    'Cannot read a tensor on "device" synchronously: use "await x.data()"',
  );
});

Deno.test("operators on tensors throw and name the functions; templates show kind and shape", () => {
  const x = tensor([[1, 2]]);
  const n = x as unknown as number;
  const uses = [
    () => n + n,
    () => n > 0,
    () => n <= n,
    () => -n,
    () => n == 1,
    () => Math.exp(n),
    () => Number(n),
    () => "loss " + n,
    () => Float32Array.of(n),
  ];
  for (const use of uses) {
    assertThrows(use, TypeError, "use add, sub, mul, div, pow, less, greater");
  }
  assertEquals([`${x}`, String(x), [x].join()], new Array(3).fill("Tensor([1, 2], cpu)"));
});
