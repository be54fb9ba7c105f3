import { assertEquals } from "@std/assert";
import { type Actor, actorFrom, ilcSan, type ILCSanOptions, mlpActor } from "@spikeloop/actor";
import { add, type Expr, less } from "@spikeloop/expr";
import { linear, neighbours, sequential } from "@spikeloop/functional";
import { cubaLif, lif } from "@spikeloop/neuron";
import { atan, rect } from "@spikeloop/surrogate";
import { remakeActor } from "../make_actor.ts";
import { describeActor } from "./describe_actor.ts";

const sizes = { obsDim: 3, actDim: 1, hiddenSizes: [8] };
const spiking = (options: Partial<ILCSanOptions>) => ilcSan({ ...sizes, ...options });

Deno.test("an actor of the library is made again of its description", () => {
  for (
    const actor of [
      spiking({}),
      spiking({ neuron: lif, surrogate: atan({ alpha: 3 }) }),
      spiking({ surrogate: rect({ spiking: false }), connection: { mask: neighbours(1) } }),
      mlpActor(sizes),
      mlpActor({ ...sizes, activation: "tanh", encPopDim: 4, std: 0.3 }),
    ]
  ) {
    const plain = JSON.stringify(describeActor(actor));
    assertEquals(JSON.stringify(remakeActor(JSON.parse(plain)).toJSON()), plain);
  }
});

Deno.test("an actor with code of the user's own has no description", () => {
  const inner = spiking({});
  const rare = {
    ...rect(),
    slope: (u: Expr) => add(rect().slope(u), less(9, u)),
  };
  const network = sequential({ out: linear({ inFeatures: 3, outFeatures: 1 }) });
  const actors: Actor[] = [
    Object.freeze({ ...inner, apply: inner.apply }),
    Object.freeze({ ...mlpActor(sizes) }),
    spiking({ surrogate: rare }),
    spiking({ neuron: { ...cubaLif } }),
    spiking({ encode: "pop-ran" }),
    spiking({ batchNorm: true }),
    actorFrom(network, { obsDim: 3, actDim: 1, kind: "mlp" }),
  ];
  assertEquals(actors.map(describeActor), actors.map(() => undefined));
});
