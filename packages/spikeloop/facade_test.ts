import { assert, assertEquals, assertStrictEquals } from "@std/assert";
import * as actor from "@spikeloop/actor";
import * as encoding from "@spikeloop/encoding";
import * as expr from "@spikeloop/expr";
import * as functional from "@spikeloop/functional";
import * as interchange from "@spikeloop/interchange";
import * as neuron from "@spikeloop/neuron";
import * as plot from "@spikeloop/plot";
import * as random from "@spikeloop/random";
import * as surrogates from "@spikeloop/surrogate";
import * as tensor from "@spikeloop/tensor";
import * as training from "@spikeloop/training";
import * as webgpu from "@spikeloop/webgpu";
import * as facade from "./mod.ts";

const packages: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  actor,
  encoding,
  functional,
  interchange,
  neuron,
  plot,
  random,
  tensor,
  training,
  webgpu,
};

const exported: Readonly<Record<string, unknown>> = facade;

Deno.test("the facade has every name of every package, and no two packages share one", () => {
  for (const [name, members] of Object.entries(packages)) {
    for (const [key, value] of Object.entries(members)) {
      assert(key in exported, `${key} of ${name} is missing: another package has the name too`);
      assertStrictEquals(exported[key], value, `${key} of ${name}`);
    }
  }
});

Deno.test("expressions and surrogates are namespaces of the facade", () => {
  assertStrictEquals(facade.expr.add, expr.add);
  assertStrictEquals(facade.add, tensor.add);
  assertStrictEquals(facade.surrogates.sigmoid, surrogates.sigmoid);
  assertStrictEquals(facade.sigmoid, tensor.sigmoid);
  assertStrictEquals(facade.rect, surrogates.rect);
  assertEquals(facade.surrogate("rect").name, "rect");
});
