import { assertEquals } from "@std/assert";
import { add, input, less, mul } from "@spikeloop/expr";
import { defineScan } from "../define_scan.ts";
import { evaluateScan } from "./scan.ts";

const v = add(mul(input("v"), input("decay")), add(input("x"), input("n")));
const kernel = defineScan({
  name: "unit",
  states: ["v"],
  params: ["decay"],
  noise: ["n"],
  out: less(1, v),
  next: [v],
  binary: true,
});

Deno.test("a scan runs its steps, with noise, a parameter per unit and the lateral current", () => {
  const result = evaluateScan(kernel, {
    ...{ steps: 2, batch: 1, units: 2, group: 2, delay: 1 },
    x: Float32Array.of(1, 2, 0, 0),
    noise: [Float32Array.of(0, 0, 0.25, 0)],
    state: [Float32Array.of(0, 0)],
    lateral: Float32Array.of(0.5, 0),
    weight: Float32Array.of(0, 3, 4, 0), // unit 0 hears unit 1 by 3, unit 1 hears unit 0 by 4
    bias: Float32Array.of(0, 1),
    params: [Float32Array.of(0.5, 0)],
  }, [0]);
  // Step 0: v = [1.5, 2], both spike. Step 1: x + lateral is [3, 5], v = [0.75 + 0.25 + 3, 5].
  assertEquals([...result.out as Float32Array], [1, 1, 1, 1]);
  assertEquals([...result.trace[0] as Float32Array], [1.5, 2, 4, 5]);
  assertEquals([...result.state[0] as Float32Array], [4, 5]);
  assertEquals([...result.lateral as Float32Array], [3, 5]);
});

Deno.test("a scan without a connection has no lateral current, and traces only states it is asked for", () => {
  const result = evaluateScan(kernel, {
    ...{ steps: 1, batch: 1, units: 1, group: 0, delay: 1 },
    x: Float32Array.of(1),
    noise: [Float32Array.of(0)],
    state: [Float32Array.of(4)],
    ...{ lateral: undefined, weight: undefined, bias: undefined },
    params: [0.5],
  }, []);
  assertEquals([[...result.out as Float32Array], result.lateral, result.trace], [
    [1],
    undefined,
    [],
  ]);
});
