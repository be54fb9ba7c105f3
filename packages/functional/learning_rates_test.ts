import { assertEquals, assertThrows } from "@std/assert";
import { ones } from "@spikeloop/tensor";
import { adam } from "./adam.ts";
import { cosineDecay } from "./schedules.ts";
import { sgd } from "./sgd.ts";

const params = () => ({ fc1: { weight: ones([2]), bias: ones([1]) }, hidden: {}, fc2: ones([1]) });

Deno.test("every top-level name has its learning rate, also a schedule", () => {
  const fc2 = cosineDecay({ from: 0.5, steps: 2 });
  const optimizer = sgd({ learningRate: { fc1: 0, fc2 } });
  let [p, state] = optimizer.update(params(), params(), optimizer.init(params()));
  [p, state] = optimizer.update(p, params(), state);
  assertEquals(p.fc2.item(), 0.25);
  assertEquals([...p.fc1.weight.dataSync(), p.fc1.bias.item()], [1, 1, 1]);
  assertEquals(state.step, 2);
});

Deno.test("a rate that is missing, unknown or wrong is named", () => {
  const run = (learningRate: Record<string, number>, p: object = params()) => () => {
    const optimizer = adam({ learningRate });
    optimizer.update(p as never, p as never, optimizer.init(p as never));
  };
  assertThrows(run({ fc1: 1 }), TypeError, 'learningRate has no "fc2"');
  assertThrows(run({ fc1: 1, fc2: 1, fcl: 1 }), TypeError, "did you mean fc1 or fc2?");
  assertThrows(run({ w: 1 }, ones([1])), TypeError, 'no learning rate "w", it takes none');
  assertThrows(() => adam({ learningRate: { w: -1 } }), RangeError, "learningRate.w is -1");
  assertThrows(() => adam({ learningRate: { w: "1" } as never }), TypeError, "learningRate.w");
  assertThrows(() => adam({ learningRate: "1" as never }), TypeError, "learningRate");
});
