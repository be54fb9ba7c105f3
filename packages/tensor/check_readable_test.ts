import { assertThrows } from "@std/assert";
import { evaluator } from "@spikeloop/backend/evaluator";
import { cpu } from "@spikeloop/cpu";
import { checkReadable, ones } from "./mod.ts";

Deno.test("checkReadable() refuses a tensor that has to be waited for, and says how to copy it", () => {
  for (const backend of [cpu, evaluator]) {
    checkReadable("write", "weight", ones([2], { backend }), "params");
  }
  const backend = { ...cpu, name: "device", readSync: undefined };
  assertThrows(
    () => checkReadable("write", '"weight"', ones([2], { backend }), "params"),
    TypeError,
    'Cannot write: "weight" is on "device", expected it on the CPU; pass a copy, ' +
      "await copyTree(params)",
  );
});
