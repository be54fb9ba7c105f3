import { assert, assertEquals, assertThrows } from "@std/assert";
import * as e from "@spikeloop/expr";
import { affine } from "./affine.ts";
import { type Backend, defineScan, type Skeletons } from "@spikeloop/backend";
import { bindScan } from "./bind_scan.ts";
import { cpu } from "@spikeloop/cpu";
import { ones, tensor } from "./create.ts";
import { max } from "./extremes.ts";
import { add, mul } from "./functions.ts";
import { valueAndGrad } from "./grad.ts";
import { matmul } from "./matmul.ts";
import { concat, transpose } from "./movement.ts";
import { evaluator } from "@spikeloop/backend/evaluator";
import { scan } from "./scan.ts";
import { sum } from "./sum.ts";
import { take } from "./take.ts";
import type { Tensor } from "./tensor.ts";

const charged = e.add(e.mul(e.input("v"), e.input("decay")), e.input("x"));
const leaky = defineScan({
  name: "leaky",
  states: ["v"],
  params: ["decay"],
  out: e.spike(e.sub(charged, 0.5), e.constant(1)),
  next: [charged],
  binary: true,
});

/** The value and the gradients of something that takes every skeleton. */
function everything(backend: Backend): number[][] {
  const on = { backend };
  const numbers = (count: number) => Float32Array.from({ length: count }, (_, i) => i % 7 / 7);
  const group = 3;
  const f = (p: Readonly<Record<"weight" | "bias" | "decay", Tensor>>): Tensor => {
    const lateral = { group, weight: p.weight, bias: p.bias };
    const setting = { kernel: leaky, units: 6, params: [p.decay], lateral };
    const rest = { values: [ones([2, 6], on)], lateral: ones([2, 6], on) };
    const { out, state } = scan(setting, rest, tensor(numbers(36), [3, 2, 6], on));
    const step = bindScan(setting)(state, tensor(numbers(12), [2, 6], on));
    const rows = concat([step.out, transpose(max(out, 0), [0, 1])]);
    const chosen = take(rows, [1, 0, 1, 2]);
    const square = tensor(numbers(36), [6, 6], on);
    const [y, z] = [affine(chosen, square, p.bias), matmul(transpose(square), transpose(rows))];
    return add(sum(mul(y, y)), sum(max(z, 1)));
  };
  const [value, { weight, bias, decay }] = valueAndGrad(f)({
    weight: tensor(numbers(18), [6, 1, group], on),
    bias: tensor(numbers(6), [6], on),
    decay: tensor(numbers(6), [6], on),
  });
  return [value, weight, bias, decay].map((x) => [...x.dataSync()]);
}

const expected = everything(evaluator);

const skeletons: readonly (keyof Skeletons)[] = [
  "map",
  "reduce",
  "matmul",
  "affine",
  "gather",
  "scatter",
  "take",
  "scatterAdd",
  "scan",
  "scanBackward",
  "lateralGradient",
  "paramGradient",
];

Deno.test("a backend without skeletons is run by the CPU's kernels", () => {
  assertEquals(everything({ ...cpu, name: "bare" }), expected);
});

for (const name of skeletons) {
  Deno.test(`a backend with ${name} alone runs that, and the CPU's kernels for all else`, () => {
    const theirs: unknown = evaluator[name];
    assert(typeof theirs === "function");
    let calls = 0;
    const own = (...args: readonly unknown[]) => {
      calls++;
      return Reflect.apply(theirs, evaluator, args);
    };
    assertEquals(everything({ ...cpu, name: "partial", [name]: own }), expected);
    assert(calls > 0);
  });
}

Deno.test("the CPU's kernels refuse the storage of a device", () => {
  const device = { ...cpu, name: "device", upload: ({ length }: Float32Array) => ({ length }) };
  const x = tensor([1, 2], [2], { backend: device });
  assertThrows(() => add(x, x), TypeError, "Cannot use storage of a device on the CPU");
});
