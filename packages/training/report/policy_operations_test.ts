import { assert, assertEquals, assertMatch } from "@std/assert";
import { ilcSan, mlpActor } from "@spikeloop/actor";
import { key } from "@spikeloop/random";
import { emptyStatistics } from "../running_statistics.ts";
import { energyVerdict, operationRows, policyOperations } from "./policy_operations.ts";

const spaces = { obsDim: 2, actDim: 1, actLimit: 1 };
const observations = [[0.1, -0.2], [0.5, 0.9]];

Deno.test("the operations of a policy make a table and a verdict", async () => {
  const actor = ilcSan({ ...spaces, hiddenSizes: [8] });
  const policy = { actor, params: actor.init(key(0)), statistics: emptyStatistics(2) };
  const counts = await policyOperations(policy, observations, key(1));
  assert(counts !== undefined);
  const rows = operationRows(counts);
  assertEquals(rows[0], ["multiply-accumulates", "0", "250"]); // 20 · 8 + 8 · 10 + 10
  assertEquals(rows[1][1], String(Math.round(counts.effectiveACs)));
  const at = (activationSparsity: number) => energyVerdict({ ...counts, activationSparsity });
  assertMatch(at(0.85), /fire at 15.0 %.*expect no saving/);
  assertMatch(at(0.97), /fire at 3.0 %.*this actor is below it/);
});

Deno.test("a policy without spikes has no such operations", async () => {
  const actor = mlpActor({ ...spaces, hiddenSizes: [8] });
  const policy = { actor, params: actor.init(key(0)), statistics: emptyStatistics(2) };
  assertEquals(await policyOperations(policy, observations, key(1)), undefined);
});
