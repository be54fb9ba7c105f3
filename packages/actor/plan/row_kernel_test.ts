import { assertThrows } from "@std/assert";
import type * as e from "@spikeloop/expr";
import { type Layer, linear, plain, readOut, sequential, stateless } from "@spikeloop/functional";
import { integrateAndFire, lif } from "@spikeloop/neuron";
import { key } from "@spikeloop/random";
import { ones, relu } from "@spikeloop/tensor";
import { actorFrom } from "../mod.ts";

const obsDim = 5;
const actionSpace = { low: [-1, 0], high: [1, 3] };

Deno.test("parts that do not fit are refused when the parameters are bound", () => {
  const network = sequential({
    hidden: stateless(relu),
    fc: linear({ inFeatures: 6, outFeatures: 2 }),
  });
  const actor = actorFrom(network, { obsDim, actionSpace });
  const params = actor.init(key(0));
  const message = "a row of the weight of its linear has length 6, expected 5";
  assertThrows(() => actor.bind(params), TypeError, message);
  const wide = actorFrom(stateless(relu), { obsDim, actionSpace });
  assertThrows(() => wide.bind({}), TypeError, "the number of outputs is 5, expected 2");
});

Deno.test("parts of one's own that are wrong are refused, with the right ones", () => {
  const rows = [ones([4])];
  const formula = (x: e.Expr) => x;
  const wrong: readonly (readonly [parts: unknown, message: string])[] = [
    [{}, "rowParts of the network is a record, expected an array of parts or undefined"],
    [[{ kind: "square" }], 'the kind of a part is "square"'],
    [[{ kind: "linear", weight: ones([2, 5, 2]) }], "the weight of its linear has length 20"],
    [
      [{ kind: "linear", weight: ones([2, 5]), bias: ones([3]) }],
      "the bias of its linear has length 3",
    ],
    [
      [{ kind: "groups", weight: ones([6]), bias: ones([2]) }],
      "the weight of its groups has length 6",
    ],
    [[{ kind: "groups", weight: ones([5]), bias: ones([2]) }], "has length 5, expected 4"],
    [[{ kind: "map", formula, rows }], "row 0 of its map has length 4, expected 5"],
    [[{ kind: "repeat", times: 0 }], "times is 0, expected an integer of at least 1"],
    [plain(lif, { units: 4 }).rowParts?.({}), "a state of its scan has length 4, expected 5"],
    [
      [{ kind: "residual", parts: [{ kind: "linear", weight: ones([2, 5]) }] }],
      "its residual maps 5 to 2",
    ],
  ];
  for (const [parts, message] of wrong) {
    const layer: Layer = { ...stateless(relu), rowParts: () => parts as never };
    const actor = actorFrom(layer, { obsDim, actionSpace });
    assertThrows(() => actor.bind({}), Error, message);
  }
  const units = plain(integrateAndFire, { units: obsDim });
  const layer: Layer = { ...readOut("mean"), rowParts: () => units.rowParts?.({}) };
  const actor = actorFrom(layer, { obsDim, actDim: obsDim, timeSteps: 2 });
  assertThrows(() => actor.bind({}), TypeError, "lack a read-out, expected one at the end");
});
