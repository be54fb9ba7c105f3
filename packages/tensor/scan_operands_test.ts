import { assertEquals, assertThrows } from "@std/assert";
import { defineScan } from "@spikeloop/backend";
import { evaluator } from "@spikeloop/backend/evaluator";
import * as e from "@spikeloop/expr";
import { bindScan } from "./bind_scan.ts";
import { ones } from "./create.ts";
import { mul } from "./functions.ts";
import { grad, stopGradient } from "./grad.ts";
import { scan } from "./scan.ts";
import { sum } from "./sum.ts";
import type { Tensor } from "./tensor.ts";

Deno.test("noise that a gradient would flow to is refused", () => {
  const out = e.add(e.input("x"), e.input("n"));
  const noisy = { name: "noisy", states: [], params: [], noise: ["n"], next: [], binary: false };
  const kernel = defineScan({ ...noisy, out });
  const x3 = ones([1, 2, 3]);
  const run = (n: Tensor) =>
    scan({ kernel, units: 3, params: [] }, { values: [] }, x3, { noise: [n] }).out;
  const words = 'Cannot run neuron "noisy": its noise depends on parameters of a gradient';
  assertThrows(() => grad((n) => sum(run(mul(n, 2))))(x3), TypeError, words);
  const constant = grad((n) => sum(mul(n, run(stopGradient(n)))))(x3);
  assertEquals([...constant.dataSync()], [2, 2, 2, 2, 2, 2]);
});

Deno.test("a state of another model, batch or backend is refused", () => {
  const v = e.add(e.input("v"), e.input("x"));
  const states = ["v"];
  const kernel = defineScan({ name: "sum", states, params: [], out: v, next: [v], binary: false });
  const run = (values: Tensor[], lateral?: Tensor) => () =>
    scan({ kernel, units: 3, params: [] }, { values, lateral }, ones([1, 2, 3]));
  const words = 'Cannot run neuron "sum":';
  assertThrows(run([]), TypeError, `${words} the state does not fit, expected v; make one with`);
  assertThrows(run([ones([2, 3])], ones([2, 3])), TypeError, `${words} the state does not fit`);
  assertThrows(
    run([ones([1, 3])]),
    TypeError,
    `${words} state v has shape [1, 3], expected [2, 3]`,
  );
  assertThrows(
    run([ones([2, 3], { backend: evaluator })]),
    TypeError,
    `${words} one tensor is on "cpu", another on "evaluator"`,
  );
});

Deno.test("misspelt options of a scan and of a step are named", () => {
  const kernel = defineScan({
    ...{ name: "relay", states: [], params: [], next: [] },
    ...{ out: e.input("x"), binary: false },
  });
  const setting = { kernel, units: 3, params: [] };
  const careless = (options: unknown) => options as never;
  assertThrows(
    () => scan(setting, { values: [] }, ones([1, 2, 3]), careless({ traces: [0] })),
    TypeError,
    'Cannot run neuron "relay": it has no option "traces", only noise, trace; did you mean trace?',
  );
  assertThrows(
    () => bindScan(setting)({ values: [] }, ones([2, 3]), careless({ noize: [] })),
    TypeError,
    "did you mean noise?",
  );
});
