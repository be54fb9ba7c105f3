import { assertEquals } from "@std/assert";
import { multiLevelSpikeCount } from "../mod.ts";

Deno.test("multiLevelSpikeCount() takes its window either way and keeps it as two parameters", () => {
  const params = { maxSpikeCount: 2, gradMin: -0.5, gradMax: 2.5 };
  assertEquals(multiLevelSpikeCount({ maxSpikeCount: 2, gradWindow: [-0.5, 2.5] }).params, params);
  assertEquals(multiLevelSpikeCount(params).params, params);
  assertEquals(multiLevelSpikeCount({ maxSpikeCount: 4 }).params, {
    maxSpikeCount: 4,
    gradMin: 0,
    gradMax: 4,
  });
});
