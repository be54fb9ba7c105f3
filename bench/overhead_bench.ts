// The cost of an operation besides its arithmetic: at small sizes, and while a gradient is
// recorded. bench/garbage.ts shows the bytes that the last calls leave.
import { key, normal } from "@spikeloop/random";
import { add, grad, mul, sum, type Tensor } from "@spikeloop/tensor";
import { smallCalls } from "./small_calls.ts";

for (const size of [4, 64, 1024, 65536]) {
  const group = `add of ${size} numbers`;
  const [x, y] = [normal(key(0), [size]), normal(key(1), [size])];
  const [a, b] = [x.dataSync(), y.dataSync()];
  Deno.bench({ name: "plain loop into a new array", group, baseline: true }, () => {
    const result = new Float32Array(size);
    for (let i = 0; i < size; i++) result[i] = a[i] + b[i];
  });
  Deno.bench({ name: "add", group }, () => {
    add(x, y);
  });
}

const group = "sum of x² · y, twenty times multiplied by y, of 16 numbers";
const [x, y] = [normal(key(2), [16]), normal(key(3), [16])];
const chain = (x: Tensor) => {
  let product = mul(x, x);
  for (let i = 0; i < 20; i++) product = mul(product, y);
  return sum(product);
};
const slope = grad(chain);
Deno.bench({ name: "value", group, baseline: true }, () => {
  chain(x);
});
Deno.bench({ name: "gradient", group }, () => {
  slope(x);
});

for (const { name, run, plain } of smallCalls) {
  const group = `${name}, T=5 N=1 A=8 P=10`;
  Deno.bench({ name: "plain loop", group, baseline: true }, () => {
    plain();
  });
  Deno.bench({ name, group }, () => {
    run();
  });
}
