import { assertEquals, assertThrows } from "@std/assert";
import { ilcSan, mlpActor } from "@spikeloop/actor";
import { readNir, writeNir } from "@spikeloop/interchange";
import { key } from "@spikeloop/random";
import { nirOfActor } from "./nir_of_actor.ts";

const sizes = { obsDim: 2, actDim: 1, encPopDim: 2, decPopDim: 2, hiddenSizes: [3] };

Deno.test("the spiking layers of an actor are a graph of NIR", () => {
  const actor = ilcSan(sizes);
  const params = actor.init(key(0));
  const { nodes, edges } = readNir(writeNir(nirOfActor(actor, params, 0.001)));
  const names = ["input", "fc1", "population1", "fc2", "population2", "lateral", "output"];
  assertEquals(Object.keys(nodes), names);
  assertEquals(edges.length, 7);
  const { fc1, lateral } = nodes;
  if (fc1.type !== "Affine" || lateral.type !== "Affine") throw new Error("wrong nodes");
  const weight = params["snn.hidden_layers.Linear0.weight"];
  assertEquals(fc1.weight.dataSync(), weight.dataSync());
  // One group: the whole matrix is its own.
  const own = params["snn.hidden_layers.ILCCUBALIFNode1.conn.weight"];
  assertEquals(lateral.weight.dataSync(), own.dataSync());
});

Deno.test("an actor without a connection has no loop, and one that NIR lacks is refused", () => {
  const plain = ilcSan({ ...sizes, connection: "none" });
  const { nodes } = nirOfActor(plain, plain.init(key(0)), 0.001);
  assertEquals("lateral" in nodes, false);
  const signed = ilcSan({ ...sizes, connection: { sign: "inhibitory" } });
  assertThrows(() => nirOfActor(signed, signed.init(key(0)), 0.001), TypeError, "signs");
  const ann = mlpActor({ obsDim: 2, actDim: 1 });
  assertThrows(() => nirOfActor(ann, ann.init(key(0)), 0.001), TypeError, "expected an ilc-san");
});
