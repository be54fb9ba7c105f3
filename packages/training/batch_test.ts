import { assertThrows } from "@std/assert";
import { zeros } from "@spikeloop/tensor";
import { checkBatch } from "./batch.ts";
import { zeroBatch } from "./testing/batches.ts";

const batch = zeroBatch(4, 3, 2);

Deno.test("checkBatch() refuses every shape that would be broadcast by mistake", () => {
  checkBatch(batch, 3, 2);
  const refuse = (part: object, problem: string) =>
    assertThrows(() => checkBatch({ ...batch, ...part }, 3, 2), TypeError, problem);
  refuse({ reward: zeros([4, 1]) }, "its reward has shape [4, 1], expected [4]");
  refuse({ done: zeros([1]) }, "its done has shape [1], expected [4]");
  refuse({ observation: zeros([1, 3]) }, "its action has shape [4, 2], expected [1, 2]");
  refuse({ nextObservation: [[1, 2, 3]] }, "its nextObservation is an array, expected [4, 3]");
  refuse({ action: undefined }, "its action is missing, expected [4, 2]");
});
