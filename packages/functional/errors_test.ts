import { assertEquals, assertThrows } from "@std/assert";
import { cubaLif, lif, type Neuron } from "@spikeloop/neuron";
import { key } from "@spikeloop/random";
import { poissonPass, rect, type Surrogate } from "@spikeloop/surrogate";
import { ones, type Tensor, zeros } from "@spikeloop/tensor";
import { evaluator } from "@spikeloop/backend/evaluator";
import * as f from "./mod.ts";

type Thrown = typeof TypeError | typeof RangeError;

/** Checks that every wrong call throws its class with a message that holds all of these words. */
function refuses(title: string, cases: readonly [() => unknown, Thrown, ...string[]][]): void {
  Deno.test(title, () => {
    for (const [wrong, kind, ...words] of cases) {
      const error = assertThrows(wrong, kind);
      assertEquals(error.constructor, kind, error.message);
      for (const word of words) {
        if (!error.message.includes(word)) throw new Error(`no ${word} in: ${error.message}`);
      }
    }
  });
}

/** Passes a value as a program without types can. */
const anything = (value: unknown): never => value as never;

const sizes = { actDim: 2, decPopDim: 3 };
const population = f.ilc(cubaLif, sizes);
const params = population.init(key(0));
const state = population.initialState(4);
const x = ones([4, 6]);
const xSeq = ones([5, 4, 6]);
const step = population.bind(params);
const run = (more: { params?: unknown; state?: unknown; x?: unknown }) => () =>
  population.multiStep(
    anything("params" in more ? more.params : params),
    anything("state" in more ? more.state : state),
    anything("x" in more ? more.x : xSeq),
  );

refuses("sizes that are not positive integers are refused", [
  [() => f.ilc(lif, { actDim: 2.5, decPopDim: 3 }), RangeError, "actDim is 2.5", "integer"],
  [() => f.ilc(lif, { actDim: 2, decPopDim: 0 }), RangeError, "decPopDim is 0", "at least 1"],
  [() => f.ilc(lif, { actDim: NaN, decPopDim: 3 }), RangeError, "actDim is NaN"],
  [() => f.ilc(lif, { actDim: anything("8"), decPopDim: 3 }), TypeError, 'actDim is "8"'],
  [() => f.ilc(lif, anything({ actDim: 2 })), TypeError, "decPopDim is missing"],
  [() => f.plain(lif, { units: 1.5 }), RangeError, "units is 1.5"],
  [() => f.dense(lif, { units: -1 }), RangeError, "units is -1"],
  [() => population.initialState(2.5), RangeError, "batch is 2.5"],
  [() => population.initialState(-1), RangeError, "batch is -1"],
  [() => population.initialState(anything(undefined)), TypeError, "batch is missing"],
  [() => f.linear({ inFeatures: 0.5, outFeatures: 1 }), RangeError, "inFeatures is 0.5"],
  [() => f.linear(anything({ inFeatures: 1 })), TypeError, "outFeatures is missing"],
]);

refuses("unknown names are refused, and the known ones named", [
  [() => f.ilc(lif, anything({ ...sizes, units: 6 })), TypeError, '"units"', "actDim, decPopDim"],
  [
    () => f.plain(lif, anything({ units: 6, vThreshold: 1 })),
    TypeError,
    'vThreshold is a parameter of neuron "lif"',
    "expected it in params: { vThreshold: ... }",
  ],
  [() => f.ilc(lif, anything(undefined)), TypeError, "options are undefined", "actDim"],
  [() => f.plain(lif, { units: 6, params: anything({ tau: 2 }) }), TypeError, '"tau"', "vDecay"],
  [
    () => f.plain(lif, { units: 6, learn: [anything("tau")] }),
    TypeError,
    '"tau"',
    "vDecay, vThreshold",
  ],
  [() => f.plain(lif, { units: 6, learn: anything("vDecay") }), TypeError, "an array"],
  [
    () => f.plain(lif, { units: 6, params: { vReset: null }, learn: ["vReset"] }),
    TypeError,
    '"vReset", which is null',
  ],
  [
    () => f.linear(anything({ inFeatures: 1, outFeatures: 1, biased: false })),
    TypeError,
    '"biased"',
  ],
  [() => f.adam(anything({ lr: 1 })), TypeError, '"lr"', "learningRate"],
  [() => f.sgd(anything({ lr: 1 })), TypeError, '"lr"', "learningRate"],
]);

refuses("names that are nearly right bring a suggestion", [
  [() => f.ilc(lif, anything({ actDim: 2, decpopdim: 3 })), TypeError, "did you mean decPopDim?"],
  [
    () => f.plain(lif, { units: 6, learn: [anything("v_decay")] }),
    TypeError,
    "did you mean vDecay?",
  ],
  [
    () => population.trace(params, state, xSeq, { names: [anything("V")] }),
    RangeError,
    "expected one of c, v; did you mean v?",
  ],
  [run({ params: { ...params, wieght: params.weight } }), TypeError, "did you mean weight?"],
  [
    run({ state: { c: state.c, V: state.v, latteral: state.lateral } }),
    TypeError,
    "the state has c, V, latteral, expected tensors named c, v, lateral",
    "did you mean v?; did you mean lateral?",
  ],
  [
    () => f.polyak({ w: x }, anything({ W: x }), 0.5),
    TypeError,
    "source.W is one too many; did you mean w?",
  ],
]);

refuses("values out of range are refused", [
  [() => f.plain(lif, { units: 6, params: { vThreshold: NaN } }), RangeError, "vThreshold is NaN"],
  [() => f.plain(lif, { units: 6, params: { vDecay: -0.5 } }), RangeError, "vDecay is -0.5"],
  [() => f.plain(lif, { units: 6, params: { vDecay: Infinity } }), RangeError, "Infinity"],
  [
    () => f.plain(lif, { units: 6, params: { vDecay: anything("0.5") } }),
    TypeError,
    'vDecay is "0.5"',
    "a finite float32 number of at least 0",
  ],
  [
    () => f.plain(lif, { units: 6, params: anything(null) }),
    TypeError,
    "null",
    "a record of vDecay",
  ],
  [() => f.plain(lif, { units: 6, params: anything([1]) }), TypeError, "an array", "a record"],
  [() => f.plain(lif, { units: 6, detachReset: anything(1) }), TypeError, "detachReset is 1"],
]);

refuses("values that are not neurons or surrogates are refused", [
  [() => f.plain(anything("lif"), { units: 6 }), TypeError, '"lif"', "defineNeuron"],
  [() => f.plain(anything(undefined), { units: 6 }), TypeError, "undefined", "defineNeuron"],
  [() => f.plain(anything({}) as Neuron, { units: 6 }), TypeError, "defineNeuron"],
  [() => f.plain(lif, { units: 6, surrogate: anything(rect) }), TypeError, "rect()"],
  [() => f.plain(lif, { units: 6, surrogate: anything("rect") }), TypeError, 'surrogate("rect")'],
  [() => f.plain(lif, { units: 6, surrogate: anything(null) }), TypeError, "null"],
  [() => f.plain(lif, { units: 6, surrogate: anything({}) as Surrogate }), TypeError, "surrogate"],
]);

refuses("inputs of the wrong kind or shape are refused", [
  [run({ x: ones([4, 6]) }), TypeError, "[4, 6]", "[T, N, 6]"],
  [run({ x: ones([5, 4, 7]) }), TypeError, "[5, 4, 7]", "[T, N, 6]"],
  [run({ x: ones([0, 4, 6]) }), RangeError, "no time steps"],
  [run({ x: ones([5, 3, 6]) }), TypeError, "[4, 6]", "[3, 6]"],
  [run({ x: [[[1]]] }), TypeError, "an array", "tensor(...)"],
  [run({ x: undefined }), TypeError, "undefined", "expected a tensor"],
  [run({ x: ones([5, 4, 6], { backend: evaluator }) }), TypeError, '"cpu"', '"evaluator"'],
  [() => step(state, ones([6])), TypeError, "[6]", "[N, 6]"],
  [() => step(state, xSeq), TypeError, "[5, 4, 6]", "[N, 6]"],
  [() => step(state, ones([4, 5])), TypeError, "[4, 5]", "[N, 6]"],
  [() => step(state, anything([1, 2])), TypeError, "an array"],
  [() => step(state, ones([4, 6], { backend: evaluator })), TypeError, '"cpu"', '"evaluator"'],
]);

refuses("a state of another population or batch is refused", [
  [() => step(population.initialState(3), x), TypeError, "[3, 6]", "[4, 6]"],
  [
    () => step(anything(f.plain(cubaLif, { units: 6 }).initialState(4)), x),
    TypeError,
    "has c, v,",
    "c, v, lateral",
    "initialState",
  ],
  [
    () => step(anything(f.ilc(lif, sizes).initialState(4)), x),
    TypeError,
    "has v, lateral",
    "c, v, lateral",
  ],
  [() => step(anything({ ...state, a: state.v }), x), TypeError, "has c, v, lateral, a"],
  [() => step(anything(undefined), x), TypeError, "is undefined", "initialState"],
  [() => step(anything(x), x), TypeError, "Tensor([4, 6], cpu)"],
  [() => step({ ...state, v: anything(0) }, x), TypeError, "expected tensors"],
  [run({ state: population.initialState(3) }), TypeError, "[3, 6]", "[4, 6]"],
]);

refuses("params that do not fit are refused", [
  [
    run({ params: { bias: params.bias } }),
    TypeError,
    "has bias, expected",
    "weight, bias; make one with init(key)",
  ],
  [run({ params: {} }), TypeError, "has nothing, expected tensors named weight, bias"],
  [run({ params: undefined }), TypeError, "undefined", "weight, bias"],
  [
    run({ params: { ...params, vDecay: params.bias } }),
    TypeError,
    "has weight, bias, vDecay, expected",
  ],
  [run({ params: { ...params, weight: zeros([6, 3]) } }), TypeError, "[6, 3]", "[6, 1, 3]"],
  [run({ params: { ...params, bias: [0] } }), TypeError, "has weight, bias: an array, expected"],
  [
    () => population.bind(anything(f.plain(cubaLif, { units: 6 }).init(key(0)))),
    TypeError,
    "the record has nothing, expected tensors named weight, bias",
  ],
  [
    () => f.plain(lif, { units: 6, learn: ["vDecay"] }).bind({ vDecay: ones([5]) }),
    TypeError,
    "[5]",
    "[6]",
  ],
  [
    () =>
      f.linear({ inFeatures: 2, outFeatures: 3 }).apply(
        f.linear({ inFeatures: 3, outFeatures: 2 }).init(key(0)),
        ones([1, 2]),
      ),
    TypeError,
    "weight is [2, 3]",
    "[3, 2]",
  ],
  [
    () => {
      const layer = f.linear({ inFeatures: 2, outFeatures: 3 });
      return layer.apply(layer.init(key(0)), ones([2, 3]));
    },
    TypeError,
    "[2, 3]",
    "[..., 2]",
  ],
]);

const random = f.plain(lif, { units: 6, surrogate: poissonPass() });

refuses("noise that is missing, unknown or of another shape is refused", [
  [() => random.multiStep({}, random.initialState(4), xSeq), TypeError, "random", "key(seed)"],
  [() => random.bind({})(random.initialState(4), x), TypeError, "random", "[N, D]"],
  [
    () => random.bind({})(random.initialState(4), x, { noise: { "noise.surrogate": ones([4]) } }),
    TypeError,
    "[4]",
    "[4, 6]",
  ],
  [() => step(state, x, anything({ seed: 1 })), TypeError, "seed", "only key, training, noise"],
  [() => step(state, x, anything(1)), TypeError, "1", "key, training, noise"],
  [() => step(state, x, { noise: { other: x } }), TypeError, '"other"', "it takes none"],
]);

refuses("tracing an unknown variable is refused", [
  [
    () => population.trace(params, state, xSeq, { names: [anything("w")] }),
    RangeError,
    '"w"',
    "c, v",
  ],
]);

refuses("losses refuse wrong arguments", [
  [() => f.meanSquaredError(x, ones([6])), TypeError, "[4, 6]", "[6]", "the same"],
  [() => f.meanSquaredError(anything(1), x), TypeError, "expected a tensor"],
  [() => f.spikeRateLoss(ones([3]), 0.5), TypeError, "[3]", "[T, N, D]"],
  [() => f.spikeRateLoss(xSeq, -1), RangeError, "-1"],
  [() => f.spikeRateLoss(xSeq, ones([5])), TypeError, "[5]", "[4, 6]"],
  [() => f.spikeRateLoss(ones([0, 2, 2]), 0), RangeError, "no time steps"],
  [() => f.crossEntropy(ones([2, 3]), [0, 3]), RangeError, "is 3", "0 to 2"],
  [() => f.crossEntropy(ones([2, 3]), [0, 0.5]), RangeError, "0.5"],
  [() => f.crossEntropy(ones([2, 3]), [0]), TypeError, "[2, 3]", "[1]"],
  [() => f.crossEntropy(ones([5, 2, 3]), [0, 1]), TypeError, "end the network in readOut"],
  [() => f.crossEntropy(ones([2, 3]), anything("a")), TypeError, '"a"'],
  [() => f.crossEntropy(ones([0, 3]), []), TypeError, "[0, 3]"],
]);

const sgd = f.sgd({ momentum: 0.9 });
const trained: { w: Tensor } = { w: ones([2]) };
const wrongGrads = (grads: unknown) => () =>
  sgd.update(trained, anything(grads), sgd.init(trained));

refuses("optimizers refuse wrong arguments", [
  [() => f.adam({ learningRate: -1 }), RangeError, "learningRate is -1"],
  [() => f.adam({ learningRate: NaN }), RangeError, "learningRate is NaN"],
  [() => f.adam({ betas: [0.9, 1] }), RangeError, "betas[1] is 1", "below 1"],
  [() => f.adam({ betas: anything(0.9) }), TypeError, "betas is 0.9"],
  [() => f.sgd({ nesterov: true }), TypeError, "momentum"],
  [wrongGrads({}), TypeError, "grads.w is missing"],
  [wrongGrads({ w: ones([3]) }), TypeError, "grads.w", "[3]", "[2]"],
  [wrongGrads({ w: ones([2]), b: ones([1]) }), TypeError, "grads.b", "one too many"],
  [wrongGrads(undefined), TypeError, "grads is undefined"],
  [() => sgd.update(trained, trained, f.sgd().init(trained)), TypeError, "velocity"],
  [() => sgd.update(trained, trained, anything(undefined)), TypeError, "init(params)"],
  ...[-1, 0.5, NaN, 2 ** 60].flatMap((step) =>
    [sgd, f.adam(), f.adamW()].map((optimizer): [() => unknown, Thrown, string] => [
      () => optimizer.update(trained, trained, { ...optimizer.init(trained), step }),
      RangeError,
      `the step of the state from init(params) is ${step}, expected an integer of at least 0`,
    ])
  ),
  [
    () => f.sgd({ learningRate: () => NaN }).update(trained, trained, f.sgd().init(trained)),
    RangeError,
    "NaN",
  ],
  [() => f.polyak(trained, trained, 1.5), RangeError, "rate is 1.5"],
  [() => f.polyak(trained, anything({ w: ones([3]) }), 0.5), TypeError, "source.w", "[3]"],
  [() => f.clipByGlobalNorm(trained, -1), RangeError, "maxNorm is -1"],
  [() => f.globalNorm([]), TypeError, "no tensor"],
]);

Deno.test("a population without parameters takes no other value for their record, late or early", () => {
  const bare = f.plain(lif, { units: 6 });
  const run = (params: unknown) => bare.multiStep(anything(params), bare.initialState(4), xSeq);
  run({});
  for (const wrong of [undefined, null, 1, ""]) assertThrows(() => run(wrong), TypeError, "record");
  assertEquals(run({})[1].shape, xSeq.shape);
});
