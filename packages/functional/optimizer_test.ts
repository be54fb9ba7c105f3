import { assertEquals, assertThrows } from "@std/assert";
import { evaluator } from "@spikeloop/backend/evaluator";
import { cpu } from "@spikeloop/cpu";
import { adam, sgd } from "./mod.ts";
import { optimizerSuite } from "./testing/optimizer_suite.ts";

for (const backend of [evaluator, cpu]) optimizerSuite({ backend, exact: true });

Deno.test("PyTorch's lr and eps are answered by this library's names", () => {
  const wrong = (options: Record<string, unknown>) => () => adam(options);
  assertThrows(wrong({ lr: 1e-3 }), TypeError, "did you mean learningRate?");
  assertThrows(wrong({ eps: 1e-8 }), TypeError, "did you mean epsilon?");
  assertThrows(() => sgd({ lr: 1 } as never), TypeError, "did you mean learningRate?");
});

Deno.test("a tree without tensors has moments without tensors", () => {
  for (const optimizer of [adam(), sgd({ momentum: 0.5 })]) {
    const state = optimizer.init({ readOut: {} });
    const [params, next] = optimizer.update({ readOut: {} }, { readOut: {} }, state);
    assertEquals(params, { readOut: {} });
    assertEquals(next, { ...state, step: 1 });
  }
});
