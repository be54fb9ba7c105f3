import { assertEquals, assertStrictEquals } from "@std/assert";
import * as actor from "@spikeloop/actor";
import * as data from "@spikeloop/data";
import * as encoding from "@spikeloop/encoding";
import * as expr from "@spikeloop/expr";
import * as functional from "@spikeloop/functional";
import * as interchange from "@spikeloop/interchange";
import * as neuron from "@spikeloop/neuron";
import * as nodes from "@spikeloop/nodes";
import * as plot from "@spikeloop/plot";
import * as random from "@spikeloop/random";
import * as surrogates from "@spikeloop/surrogate";
import * as tensor from "@spikeloop/tensor";
import * as training from "@spikeloop/training";
import * as webgpu from "@spikeloop/webgpu";
import * as facade from "./mod.ts";

const packages: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  actor,
  data,
  encoding,
  functional,
  interchange,
  neuron,
  nodes,
  plot,
  random,
  tensor,
  training,
  webgpu,
};

/** Names that only extensions need: they are imported from their package. */
const left: Readonly<Record<string, readonly string[]>> = {
  actor: ["actorOf", "isBuiltInActor", "plainOptions", "takeBox", "takeSpace"],
  encoding: ["encoderUnits", "populationActivity"],
  functional: ["isInspectable", "populationOf", "readOuts", "sumOverTime", "takeResult"],
  random: ["drawBetween", "fractions", "takeKey"],
  neuron: [
    "isNeuron",
    "makeKernel",
    "neuronKernel",
    "resolveParams",
    "restAt",
    "restOf",
    "takeNeuron",
    "takeParams",
  ],
  tensor: [
    "bindScan",
    "CheckedScanSetting",
    "checkIndices",
    "checkReadable",
    "checkScanSetting",
    "checkTensor",
    "elementwiseTogether",
    "fillTensor",
    "isNumberArray",
    "maskedWeight",
    "openOperation",
    "operation",
    "operationOf",
    "partAt",
    "scan",
    "scanSequence",
    "scanStepper",
    "stackAt",
    "treeLike",
    "uploadTensor",
    "zerosLike",
  ],
};

const exported: Readonly<Record<string, unknown>> = facade;

Deno.test("the facade has every name that programs use, and no two packages share one", () => {
  for (const [name, members] of Object.entries(packages)) {
    const own = Object.keys(members).filter((key) => exported[key] !== members[key]);
    assertEquals(
      own.sort((a, b) => a.localeCompare(b)),
      left[name] ?? [],
      `names of ${name} that the facade lacks`,
    );
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
