import { assert, assertEquals, assertThrows } from "@std/assert";
import { integrateAndFire, lif } from "@spikeloop/neuron";
import { key, uniform } from "@spikeloop/random";
import { grad, ones, sum, tensor } from "@spikeloop/tensor";
import {
  type ConnectionOptions,
  dense,
  ilc,
  type MaskRule,
  neighbours,
  noSelf,
  plain,
  selfOnly,
} from "./mod.ts";

const pair = (connection: unknown) =>
  ilc(lif, { actDim: 2, decPopDim: 3, connection: connection as ConnectionOptions });
const numbers = (connection: unknown) => [...pair(connection).init(key(0)).weight.dataSync()];

Deno.test("masked weights start at zero, and the others where they start without a mask", () => {
  const all = numbers({});
  const expected = all.map((w, i) => Math.floor(i / 3) % 3 === i % 3 ? 0 : w);
  assertEquals(numbers({ mask: noSelf }), expected);
  assertEquals(numbers({ mask: [[0, 1, 1], [1, 0, 1], [1, 1, 0]] }), expected);
  assertEquals(numbers({ mask: selfOnly }), all.map((w, i) => expected[i] === 0 ? w : 0));
});

Deno.test("with signs, weights start as magnitudes of the usual size", () => {
  const all = numbers({});
  for (const sign of ["excitatory", "inhibitory", [1, -1, 1, -1, 1, -1]]) {
    assertEquals(numbers({ sign }), all.map(Math.abs));
  }
});

Deno.test("a unit's sign is the sign of all that it sends, whatever its weights become", () => {
  const population = dense(integrateAndFire, { units: 3, connection: { sign: [1, -1, 1] } });
  const weight = tensor([[[-1, -2, 3]], [[4, 5, -6]], [[-7, 8, 9]]]);
  const step = population.bind({ weight, bias: tensor([0, 0, 0]) });
  const fires = [[1, 0, 0], [0, 1, 0], [0, 0, 1]];
  const sent = fires.map((x) => {
    const [{ lateral }] = step(population.initialState(1), tensor([x]));
    return [...lateral.dataSync()];
  });
  assertEquals(sent, [[1, 4, 7], [-2, -5, -8], [3, 6, 9]]);
});

Deno.test("a population without a bias has none in its params, and runs as with zeros", () => {
  const population = ilc(lif, { actDim: 2, decPopDim: 3, connection: { bias: false } });
  const { weight, ...rest } = population.init(key(0));
  assertEquals(Object.keys(rest), []);
  const x = uniform(key(1), [5, 2, 6], { max: 2 });
  const [, spikes] = population.multiStep({ weight }, population.initialState(2), x);
  const full = ilc(lif, { actDim: 2, decPopDim: 3 });
  const params = { weight, bias: tensor(new Float32Array(6)) };
  const [, expected] = full.multiStep(params, full.initialState(2), x);
  assertEquals(spikes.dataSync(), expected.dataSync());
  assertThrows(
    () => population.bind(params),
    TypeError,
    'Cannot use the params of neuron "lif": the record has weight, bias, expected tensors named weight;',
  );
});

Deno.test("masked weights count as zero and get no gradient, also where they are not finite", () => {
  const population = ilc(lif, { actDim: 1, decPopDim: 2, connection: { mask: noSelf } });
  const params = {
    weight: tensor([[[NaN, 0.5]], [[0.25, -Infinity]]]),
    bias: tensor([1, 1]),
  };
  const x = ones([4, 1, 2]);
  const run = (p: typeof params) =>
    sum(population.multiStep(p, population.initialState(1), x)[0].lateral);
  assertEquals(run(params).item(), 2.75);
  const g = grad(run)(params).weight.dataSync();
  assertEquals([g[0], g[3]], [0, 0]);
  assert(g[1] !== 0 && g[2] !== 0);
});

Deno.test("changing weights between calls changes the effective weights, inside gradients and outside", () => {
  const population = ilc(lif, { actDim: 1, decPopDim: 2, connection: { sign: "excitatory" } });
  const state = population.initialState(1);
  const bias = tensor([0, 0]);
  const run = (w: number) => {
    const params = { weight: tensor([[[w, w]], [[w, w]]]), bias };
    const lateral = (p: typeof params) =>
      sum(population.multiStep(p, state, ones([1, 1, 2]))[0].lateral);
    const value = lateral(params).item();
    const gradient = grad(lateral)(params).weight.dataSync();
    return [value, lateral(params).item(), gradient[0]];
  };
  assertEquals([run(1), run(-2), run(1)], [[4, 4, 1], [8, 8, -1], [4, 4, 1]]);
});

Deno.test("a spike arrives as many steps later as the delay says, and what is on its way is state", () => {
  const population = dense(integrateAndFire, {
    units: 2,
    connection: { mask: noSelf, bias: false, delay: 3 },
  });
  const weight = tensor([[[0, 0.25]], [[0.5, 0]]]);
  const step = population.bind({ weight });
  let state = population.initialState(1);
  assertEquals(state.lateral.shape, [3, 1, 2]);
  const membranes = [[1, 0], [0, 0], [0, 0], [0, 0], [0, 0]].map((x) => {
    [state] = step(state, tensor([x]));
    return [...state.v.dataSync()];
  });
  // Unit 0 fires at step 0, which raises unit 1 at step 3.
  assertEquals(membranes, [[0, 0], [0, 0], [0, 0], [0, 0.5], [0, 0.5]]);
});

Deno.test("the state of a population with another delay is refused", () => {
  const population = dense(integrateAndFire, { units: 2, connection: { delay: 3 } });
  const other = dense(integrateAndFire, { units: 2, connection: { delay: 2 } });
  assertThrows(
    () => population.multiStep(population.init(key(0)), other.initialState(4), ones([5, 4, 2])),
    TypeError,
    "state lateral has shape [2, 4, 2], expected [3, 4, 2]: the input [5, 4, 2] is [T, N, D]",
  );
});

Deno.test("masks, signs and flags of the wrong kind, shape or value are refused by name", () => {
  const words = "Cannot make ilc: ";
  const square = "expected [3, 3] or [6, 1, 3]";
  const wrong: readonly (readonly [unknown, typeof TypeError | typeof RangeError, string])[] = [
    [3, TypeError, "its connection options are 3, expected a record of mask, sign, bias, delay"],
    [{ masks: noSelf }, TypeError, 'no connection option "masks"'],
    [{ mask: [[1, 0], [0, 1]] }, TypeError, `connection.mask has shape [2, 2], ${square}`],
    [{ mask: ones([6, 6]) }, TypeError, `connection.mask has shape [6, 6], ${square}`],
    [{ mask: new Uint8Array(10) }, TypeError, `connection.mask has shape [10], ${square}`],
    [{ mask: "noSelf" }, TypeError, 'connection.mask is "noSelf", expected zeros and ones'],
    [{ mask: null }, TypeError, "connection.mask is null, expected zeros and ones"],
    [{ mask: ones([3, 3]).shape }, TypeError, `connection.mask has shape [2], ${square}`],
    [{ mask: [[1, 0, 1], [1, 1, 1, 1], [1, 1]] }, TypeError, "connection.mask is ragged"],
    [{ mask: [[1, 0, 1], [2, 1, 1], [1, 1, 1]] }, RangeError, "number of connection.mask is 2"],
    [{ mask: [[1, 0, 1], [1, "1", 1], [1, 1, 1]] }, TypeError, 'number of connection.mask is "1"'],
    [{ mask: neighbours }, TypeError, "the rule connection.mask is a function"],
    [{ mask: () => 1 }, TypeError, "the rule connection.mask is 1, expected true or false"],
    [
      { sign: "excitory" },
      RangeError,
      'connection.sign is "excitory", expected one of excitatory, inhibitory',
    ],
    [{ sign: "excitory" }, RangeError, "did you mean excitatory?"],
    [{ sign: 1 }, TypeError, "connection.sign is 1, expected"],
    [{ sign: [1, 1, 1] }, TypeError, "connection.sign.length is 3, expected 6"],
    [{ sign: [1, 1, 1, 1, 1, 0] }, RangeError, "connection.sign[5] is 0, expected one of 1, -1"],
    [{ sign: [1, 1, 1, 1, 1, "1"] }, TypeError, 'connection.sign[5] is "1", expected one of 1, -1'],
    [{ bias: 0 }, TypeError, "connection.bias is 0, expected true or false"],
    [{ delay: 0 }, RangeError, "connection.delay is 0, expected an integer of at least 1"],
    [{ delay: 1.5 }, RangeError, "connection.delay is 1.5, expected an integer of at least 1"],
    [{ delay: "2" }, TypeError, 'connection.delay is "2", expected an integer of at least 1'],
  ];
  for (const [connection, kind, problem] of wrong) {
    assertThrows(() => pair(connection), kind, problem);
    if (problem.startsWith("connection")) assertThrows(() => pair(connection), kind, words);
  }
  const options = { units: 3, connection: { mask: [[1]] } };
  const expected = "Cannot make dense: connection.mask has shape [1, 1], expected [3, 3]";
  assertThrows(() => dense(lif, options), TypeError, expected);
  const careless = { units: 3, connection: {} } as { units: number };
  assertThrows(() => plain(lif, careless), TypeError, 'it has no option "connection"');
  assertThrows(() => neighbours(-1), RangeError, "radius is -1, expected an integer of at least 0");
});

Deno.test("a rule of a user's own decides by indices in the group", () => {
  const ring: MaskRule = (receiver, sender) => (receiver + 1) % 3 === sender;
  const connects = numbers({ mask: ring }).map((w) => w === 0 ? 0 : 1);
  assertEquals(connects, [0, 1, 0, 0, 0, 1, 1, 0, 0, 0, 1, 0, 0, 0, 1, 1, 0, 0]);
});
