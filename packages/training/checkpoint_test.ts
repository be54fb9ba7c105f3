import { assertEquals, assertLess, assertThrows } from "@std/assert";
import { actorFrom, ilcSan, type ILCSanOptions, mlpActor } from "@spikeloop/actor";
import { readSafetensors, writeSafetensors } from "@spikeloop/interchange";
import { linear, neighbours, sequential } from "@spikeloop/functional";
import { defineNeuron, lif } from "@spikeloop/neuron";
import { key } from "@spikeloop/random";
import { atan } from "@spikeloop/surrogate";
import { full, tensor } from "@spikeloop/tensor";
import { act } from "./act.ts";
import { readCheckpoint, readPolicy, writeCheckpoint } from "./checkpoint.ts";
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
    "it is of another actor: hiddenSizes is [8] there and [9] here",
  );
  const perceptron = mlpActor({ obsDim: 3, actDim: 1, hiddenSizes: [8], actLimit: 2 });
  assertThrows(
    () => readCheckpoint(writeCheckpoint(checkpoint), perceptron),
    TypeError,
    'it is of another actor: kind is "ilc-san" there and "mlp" here',
  );
});

Deno.test("a checkpoint that lacks statistics is refused, and close names are suggested", () => {
  const { tensors: { "observation.mean": mean, ...rest }, metadata } = readSafetensors(
    writeCheckpoint(checkpoint),
  );
  const refuse = (tensors: typeof rest, problem: string) => {
    const bytes = writeSafetensors(tensors, metadata);
    assertThrows(() => readCheckpoint(bytes, actor), TypeError, problem);
  };
  refuse(rest, '"observation.mean" is missing, expected size 3');
  refuse({ ...rest, "observations.mean": mean }, "did you mean observations.mean");
  refuse({ ...rest, "observation.mean": rest["encoder.mean"] }, "has size 30, expected size 3");
});

Deno.test("a checkpoint is refused by an actor that acts otherwise, and the options are named", () => {
  const options = { obsDim: 3, actDim: 1, hiddenSizes: [8], actLimit: 2 };
  const bytes = writeCheckpoint({ actor, ...checkpoint });
  const others: ILCSanOptions[] = [
    { ...options, actLimit: 1 },
    { ...options, timeSteps: 10 },
    { ...options, decode: "max-mem" },
    { ...options, encode: "pop-raw" },
  ];
  for (const other of others) {
    const names = Object.keys(other).filter((name) =>
      other[name as keyof ILCSanOptions] !== options[name as keyof typeof options]
    );
    assertThrows(
      () => readCheckpoint(bytes, ilcSan(other)),
      TypeError,
      `another actor: ${names.find((name) => name !== "obsDim")} is`,
    );
  }
  // Fresh parameters alone depend on these.
  readCheckpoint(bytes, ilcSan({ ...options, std: 1, meanRange: [-1, 1] }));
});

Deno.test("parameters know their actor, and those of unknown origin need one", () => {
  const { statistics } = checkpoint;
  const copy = { ...checkpoint.params };
  assertThrows(() => writeCheckpoint({ params: copy, statistics }), TypeError, "actor is missing");
  const bytes = writeCheckpoint({ actor, params: copy, statistics });
  assertEquals(bytes, writeCheckpoint(checkpoint));
  const wider = ilcSan({ obsDim: 3, actDim: 1, hiddenSizes: [9] });
  assertThrows(
    () => writeCheckpoint({ actor: wider, params: copy, statistics }),
    TypeError,
    "Linear0.weight",
  );
});

Deno.test("numbers that cannot be are refused, in a file and before it is written", () => {
  const { tensors, metadata } = readSafetensors(writeCheckpoint(checkpoint));
  const refuse = (parts: typeof tensors, words: Record<string, string>, problem: string) =>
    assertThrows(
      () =>
        readCheckpoint(
          writeSafetensors({ ...tensors, ...parts }, { ...metadata, ...words }),
          actor,
        ),
      SyntaxError,
      problem,
    );
  refuse({ "observation.variance": tensor([1, -1, 1]) }, {}, "variance[1] is -1");
  refuse({ "observation.variance": tensor([NaN, 1, 1]) }, {}, "variance[0] is NaN");
  refuse({ "observation.mean": tensor([1, Infinity, 1]) }, {}, "mean[1] is Infinity");
  refuse({ "encoder.std": full([1, 3, 10], NaN) }, {}, '"encoder.std" has a number');
  for (const count of ["abc", "", "-5", "NaN", "Infinity", "1e999", "0x10", " 5", "1_000", "5n"]) {
    refuse({}, { observationCount: count }, "ount is ");
  }
  refuse({}, { observationLimit: "0" }, "clipLimit is 0");
  refuse({}, { format: "pt" }, 'its format is "pt"');
  refuse({}, { format: "spikeloop-training" }, "trainer.load goes on from it");
  for (const text of ["", "[]", "null", "{", "1"]) refuse({}, { actor: text }, "the actor in its");
  const nested = `{"hiddenSizes":${"[".repeat(200_000)}${"]".repeat(200_000)}}`;
  const { message } = assertThrows(
    () => readCheckpoint(writeSafetensors(tensors, { ...metadata, actor: nested }), actor),
    TypeError,
    "it is of another actor",
  );
  assertLess(message.length, 3000);
  const statistics = { ...checkpoint.statistics, count: NaN };
  assertThrows(() => writeCheckpoint({ ...checkpoint, statistics }), RangeError, "count is NaN");
  const params = { ...checkpoint.params, "encoder.std": full([1, 3, 10], Infinity) };
  assertThrows(() => writeCheckpoint({ ...checkpoint, actor, params }), RangeError, "not finite");
});

Deno.test("a policy is read without its actor, which the file describes", () => {
  const options: Partial<ILCSanOptions>[] = [
    {},
    { neuron: lif, params: { vThreshold: 0.8 }, surrogate: atan({ alpha: 3 }), timeSteps: 2 },
    { connection: { mask: neighbours(1), bias: false }, hiddenSizes: [4, 6], decode: "fr-mlp" },
    { connection: "none", meanRange: [-2, 2], encode: "pop-raw" },
    { surrogate: atan({ spiking: false }) },
  ];
  const spaces = { obsDim: 3, actDim: 1, actLimit: 2 };
  for (
    const actor of [
      ...options.map((option) => ilcSan({ hiddenSizes: [8], ...spaces, ...option })),
      mlpActor({ hiddenSizes: [8], ...spaces }),
      mlpActor({ hiddenSizes: [8], activation: "tanh", encPopDim: 4, ...spaces }),
    ]
  ) {
    const policy = { actor, params: actor.init(key(1)), statistics: emptyStatistics(3) };
    const copy = readPolicy(writeCheckpoint(policy));
    assertEquals(JSON.stringify(copy.actor.toJSON()), JSON.stringify(actor.toJSON()));
    assertEquals(act(copy, [0.5, -1, 2]), act(policy, [0.5, -1, 2]));
  }
  const own = defineNeuron({ ...lif, name: "my-own", params: { ...lif.params } });
  const actor = ilcSan({ obsDim: 3, actDim: 1, hiddenSizes: [8], neuron: own });
  const bytes = writeCheckpoint({
    actor,
    params: actor.init(key(0)),
    statistics: emptyStatistics(3),
  });
  assertThrows(() => readPolicy(bytes), TypeError, "cannot be made: Cannot find the neuron");
  const network = sequential({ out: linear({ inFeatures: 3, outFeatures: 1 }) });
  const perceptron = actorFrom(network, { obsDim: 3, actDim: 1, kind: "mlp" });
  const params = perceptron.init(key(0));
  const written = writeCheckpoint({
    actor: perceptron,
    params,
    statistics: emptyStatistics(3),
  });
  assertThrows(() => readPolicy(written), TypeError, "hiddenSizes is");
  assertThrows(() => readPolicy(new Uint8Array(20)), SyntaxError);
});

Deno.test("a policy of an absurd size is refused before anything is made", () => {
  const { tensors, metadata } = readSafetensors(writeCheckpoint({ actor, ...checkpoint }));
  const forge = (options: Record<string, unknown>) => {
    const forged = { ...JSON.parse(metadata.actor), ...options };
    return () =>
      readPolicy(writeSafetensors(tensors, { ...metadata, actor: JSON.stringify(forged) }));
  };
  const problem = "use the checkpoint: hiddenSizes.length is 100000, expected at most 10000";
  assertThrows(forge({ hiddenSizes: new Array(100_000).fill(1) }), RangeError, problem);
  assertThrows(forge({ timeSteps: 1e9 }), RangeError, "timeSteps is 1000000000, expected at most");
});

Deno.test("a checkpoint keeps the limit of observations, and nothing of the bytes", () => {
  const statistics = { ...checkpoint.statistics, clipLimit: 5 };
  const bytes = writeCheckpoint({ ...checkpoint, statistics });
  const copy = readCheckpoint(bytes, actor);
  const before = copy.params["encoder.mean"].dataSync().slice();
  bytes.fill(255);
  assertEquals(copy.params["encoder.mean"].dataSync(), before);
  assertEquals(copy.statistics, statistics);
});
