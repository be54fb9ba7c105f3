import { assertEquals, assertThrows } from "@std/assert";
import { td3, type Td3Options } from "./mod.ts";
import { goldenAgent } from "./testing/td3_suite.ts";

const { actor } = goldenAgent().options;

Deno.test("options of td3 have the example's defaults, also where they are undefined", () => {
  const { gamma, polyak, policyDelay, criticSizes } = td3({ actor, gamma: undefined }).options;
  assertEquals([gamma, polyak, policyDelay, criticSizes], [0.99, 0.995, 2, [256, 256]]);
});

Deno.test("wrong options of td3 are refused by name", () => {
  assertThrows(() => td3({ actor, delay: 2 } as Td3Options), TypeError, '"delay"');
  assertThrows(() => td3({ actor, gama: 1 } as Td3Options), TypeError, "did you mean gamma?");
  assertThrows(() => td3({} as Td3Options), TypeError, "such as ilcSan or mlpActor makes");
  assertThrows(() => td3({ actor, gamma: 2 }), RangeError, "gamma is 2");
  assertThrows(() => td3({ actor, policyDelay: 0.5 }), RangeError, "policyDelay is 0.5");
  assertThrows(() => td3({ actor, criticSizes: [8, 0] }), RangeError, "criticSizes[1] is 0");
  assertThrows(() => td3({ actor, noiseClip: -1 }), RangeError, "noiseClip is -1");
  for (const name of ["actorLearningRate", "criticLearningRate"]) {
    assertThrows(() => td3({ actor, [name]: -1 }), RangeError, `make td3: ${name} is -1`);
  }
  const proxyTarget = { learningRate: -1 };
  assertThrows(() => td3({ actor, proxyTarget }), RangeError, "proxyTarget: learningRate is -1");
  assertThrows(() => td3({ actor, nSteps: 0 }), RangeError, "nSteps is 0");
  assertThrows(() => td3({ actor, proxyTarget: { update: 3 } as never }), TypeError, "updates?");
  assertThrows(() => td3({ actor, proxyTarget: { updates: 0 } }), RangeError, "updates is 0");
  assertThrows(() => td3({ actor, actorAt: 3 as never }), TypeError, "actorAt is 3");
  assertThrows(() => td3({ actor, actorLearningRate: -1 }), RangeError, "-1");
});
