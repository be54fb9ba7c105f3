import { assertEquals, assertThrows } from "@std/assert";
import { ilcSan } from "@spikeloop/actor";
import { readSafetensors, writeSafetensors } from "@spikeloop/interchange";
import { key } from "@spikeloop/random";
import { readCheckpoint, writeCheckpoint } from "./checkpoint.ts";
import { emptyStatistics } from "./running_statistics.ts";

const actor = ilcSan({ obsDim: 3, actDim: 1, hiddenSizes: [8], actLimit: 2 });
const checkpoint = { params: actor.init(key(0)), statistics: emptyStatistics(3) };

Deno.test("a checkpoint is read back as it was written", () => {
  const copy = readCheckpoint(writeCheckpoint(checkpoint), actor);
  assertEquals(Object.keys(copy.params).sort(), Object.keys(checkpoint.params).sort());
  for (const [name, x] of Object.entries(checkpoint.params)) {
    assertEquals(copy.params[name].dataSync(), x.dataSync());
  }
  assertEquals(copy.statistics, checkpoint.statistics);
  const other = ilcSan({ obsDim: 3, actDim: 1, hiddenSizes: [9] });
  assertThrows(
    () => readCheckpoint(writeCheckpoint(checkpoint), other),
    TypeError,
    "Linear0.weight",
  );
});

Deno.test("a checkpoint that lacks statistics is refused, and close names are suggested", () => {
  const { "observation.mean": mean, ...rest } =
    readSafetensors(writeCheckpoint(checkpoint)).tensors;
  const refuse = (tensors: typeof rest, problem: string) =>
    assertThrows(() => readCheckpoint(writeSafetensors(tensors), actor), TypeError, problem);
  refuse(rest, '"observation.mean" is missing, expected 3 numbers');
  refuse({ ...rest, "observations.mean": mean }, "did you mean observations.mean");
  refuse({ ...rest, "observation.mean": rest["encoder.mean"] }, "has 30 numbers, expected 3");
});
