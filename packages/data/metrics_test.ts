import { assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { evaluator } from "@spikeloop/backend/evaluator";
import { cpu } from "@spikeloop/cpu";
import { ones, tensor } from "@spikeloop/tensor";
import { accuracy, confusionMatrix } from "./metrics.ts";
import golden from "./testdata/metrics.json" with { type: "json" };

for (const backend of [cpu, evaluator]) {
  Deno.test(`accuracy() and confusionMatrix() are NumPy's (${backend.name})`, () => {
    const logits = tensor(Float32Array.from(golden.logits), [40, 4], { backend });
    for (const labels of [golden.labels, Uint8Array.from(golden.labels)]) {
      assertAlmostEquals(accuracy(logits, labels).item(), golden.accuracy, 1e-7);
      const matrix = confusionMatrix(logits, labels, 4);
      assertEquals([...matrix.dataSync()], golden.confusionMatrix);
    }
  });
}

Deno.test("metrics take samples of any shape, and more classes than there are logits", () => {
  const logits = tensor([[[1, 0], [0, 1]], [[0, 1], [1, 0]]]);
  assertEquals(accuracy(logits, [[0, 1], [0, 0]]).item(), 0.75);
  assertEquals([...confusionMatrix(logits, [[0, 2], [1, 0]], 3).dataSync()], [
    ...[2, 0, 0],
    ...[0, 1, 0],
    ...[0, 1, 0],
  ]);
});

Deno.test("metrics refuse labels that do not fit", () => {
  assertThrows(() => accuracy(ones([5, 2, 3]), [0, 1]), TypeError, "read the sequence out");
  assertThrows(() => accuracy(ones([2, 3]), [0]), TypeError, "expected labels of shape [2]");
  assertThrows(() => accuracy(ones([2, 3]), "a" as never), TypeError, "labels");
  assertThrows(() => accuracy(ones([0, 3]), []), TypeError, "at least one");
  assertThrows(
    () => confusionMatrix(ones([2, 3]), [0, 3]),
    RangeError,
    "confusionMatrix: a label is 3",
  );
  assertThrows(() => confusionMatrix(ones([2, 3]), [0, 1], 2), RangeError, "classes is 2");
});
