import { assertEquals } from "@std/assert";
import { onGpu } from "@spikeloop/dev";
import { FakeCanvas, foreignErrors, type PublicCall } from "@spikeloop/dev/testing";
import * as expr from "@spikeloop/expr";
import * as s from "./mod.ts";

/** Makes what no call changes once. */
function once<T>(make: () => T): () => T {
  let value: T | undefined;
  return () => value ??= make();
}

const x = () => s.tensor([[1, 2], [3, 4]]);
const spikes = () => s.ones([3, 2, 4]);
const model = () => ({
  name: "own",
  rest: { v: 0 },
  params: { vThreshold: 1 },
  bounds: { vThreshold: { min: 0 } },
  charge: ({ v }: { v: s.expr.Expr }, x: s.expr.Expr) => ({ v: expr.add(v, x) }),
  fire: ({ v }: { v: s.expr.Expr }, p: { vThreshold: s.expr.Expr }) => expr.sub(v, p.vThreshold),
  reset: ({ v }: { v: s.expr.Expr }, spike: s.expr.Expr) => ({ v: expr.sub(v, spike) }),
  emit: (_: unknown, spike: s.expr.Expr) => spike,
  noise: [],
});
const doubling = () => (state: s.Tensors<never>, x: s.Tensor): [s.Tensors<never>, s.Tensor] => [
  state,
  s.mul(x, 2),
];
const population = once(() => s.ilc(s.lif, { actDim: 2, decPopDim: 2, learn: ["vDecay"] }));
const net = once(() =>
  s.sequential({
    fc: s.linear({ inFeatures: 2, outFeatures: 3 }),
    hidden: s.plain(s.lif, { units: 3, surrogate: s.surrogates.poissonPass() }),
  })
);
const normed = once(() =>
  s.sequential({
    fc: s.linear({ inFeatures: 2, outFeatures: 3 }),
    norm: s.batchNorm({ features: 3 }),
  })
);
const poisson = once(() =>
  s.plain(s.integrateAndFire, { units: 4, surrogate: s.surrogates.poissonPass() })
);
const dataSet = () => ({ x: s.ones([3, 2]), y: Uint8Array.of(0, 1, 1) });
const fitting = () => ({
  layer: s.plain(s.lif, { units: 2, learn: ["vDecay"] }),
  loss: (output: s.Tensor) => s.mean(output),
  optimizer: s.adam(),
  data: dataSet(),
  validation: dataSet(),
  epochs: 1,
  batchSize: 2,
  timeSteps: 2,
  key: s.key(0),
  params: undefined,
  metrics: { rate: (output: s.Tensor) => s.mean(output) },
  resume: undefined,
});
const actor = once(() =>
  s.ilcSan({ obsDim: 3, actDim: 1, hiddenSizes: [4], encPopDim: 2, decPopDim: 2, actLimit: 2 })
);
const policy = once(() => ({
  actor: actor(),
  params: actor().init(s.key(0)),
  statistics: s.emptyStatistics(3),
}));
const agent = once(() => s.td3({ actor: actor(), criticSizes: [4] }));
const smallAgent = s.td3({
  actor: s.mlpActor({ obsDim: 3, actDim: 1, hiddenSizes: [], actLimit: 2 }),
  criticSizes: [1],
});
const trainerOptions = () => ({
  environment: s.pendulum,
  agent: smallAgent,
  key: s.key(0),
  steps: 4,
  statistics: s.emptyStatistics(3),
  evaluate: { every: 3, episodes: 1, environment: s.pendulum, key: s.key(0), maxSteps: 2 },
  checkpoint: { every: 2, write: () => {} },
  signal: undefined,
  measureEvery: 1,
  batchSize: 2,
  startSteps: 2,
  updateAfter: 2,
  updateEvery: 1,
  replaySize: 9,
  actNoise: 0.1,
  scaleNoise: false,
  noiseCorrelation: 0.5,
});
const savedTraining = s.trainer(trainerOptions()).save();
const bound = actor().bind(policy().params);
const buffer = () => new s.ReplayBuffer({ obsDim: 3, actDim: 1, size: 9 });
const experience = () => ({
  observation: [1, 2, 3],
  action: [0],
  reward: 0,
  nextObservation: [1, 2, 3],
  done: false,
});
const dynamics = () => ({
  name: "point",
  observationSpace: { low: [-1], high: [1] },
  actionSpace: { low: [-1], high: [1] },
  maxSteps: 5,
  start: () => 0,
  observe: (x: number) => [x],
  advance: (x: number) => ({ state: x, reward: 0, terminated: false }),
});
const node = () => ({ type: "LIF" as const, ...neuronFields() });
const neuronFields = () => ({
  tau: s.full([2], 0.01),
  r: s.full([2], 1),
  vLeak: s.full([2], 0),
  vThreshold: s.full([2], 1),
});
const graph = () => ({
  type: "NIRGraph" as const,
  nodes: { a: { type: "Scale" as const, scale: s.ones([2]) } },
  edges: [["a", "a"] as const],
});
const popEncoding = () => ({
  obsDim: 2,
  popDim: 3,
  timeSteps: 2,
  meanRange: [-1, 1] as const,
  std: 0.4,
});
const nodeOptions = () => ({ actDim: 2, decPopDim: 2, vThreshold: 1, vReset: 0, key: s.key(0) });

const unary = ["abs", "exp", "log", "neg", "relu", "sigmoid", "sqrt", "tanh"] as const;
const binary = [
  ...["add", "sub", "mul", "div", "equal", "less", "greater", "maximum", "minimum", "pow"] as const,
];

/** Every public function with arguments that work; classes by what makes one. */
const calls: readonly PublicCall[] = [
  ...unary.map((name) => ({ name, run: s[name], args: () => [x()] })),
  ...binary.map((name) => ({ name, run: s[name], args: () => [x(), x()] })),
  ...([s.sum, s.mean, s.max, s.min] as const).map((run) => ({
    name: run.name,
    run,
    args: () => [x(), 0],
  })),
  { name: "argmax", run: s.argmax, args: () => [x(), 0] },
  { name: "argmin", run: s.argmin, args: () => [x(), 0] },
  { name: "affine", run: s.affine, args: () => [x(), x(), s.ones([2])] },
  { name: "broadcastTo", run: s.broadcastTo, args: () => [x(), [2, 2, 2]] },
  { name: "clip", run: s.clip, args: () => [x(), 0, 1] },
  { name: "concat", run: s.concat, args: () => [[x(), x()], 0] },
  { name: "stack", run: s.stack, args: () => [[x(), x()], 0] },
  { name: "slice", run: s.slice, args: () => [x(), [0, 0], [1, 1]] },
  { name: "reshape", run: s.reshape, args: () => [x(), [4]] },
  { name: "transpose", run: s.transpose, args: () => [x(), [1, 0]] },
  { name: "matmul", run: s.matmul, args: () => [x(), x(), { transposeA: false }] },
  { name: "take", run: s.take, args: () => [x(), [1, 0], 0] },
  { name: "nestedNumbers", run: s.nestedNumbers, args: () => [x()] },
  { name: "oneHot", run: s.oneHot, args: () => [[1, 0], 2] },
  { name: "softmax", run: s.softmax, args: () => [x(), 0] },
  { name: "logSoftmax", run: s.logSoftmax, args: () => [x(), 0] },
  { name: "repeatSteps", run: s.repeatSteps, args: () => [x(), 2] },
  { name: "where", run: s.where, args: () => [x(), x(), x()] },
  { name: "stopGradient", run: s.stopGradient, args: () => [x()] },
  { name: "customVjp", run: s.customVjp, args: () => [(y: s.Tensor) => y, () => [null]] },
  {
    name: "customVjp(...)()",
    run: (y: s.Tensor) => s.customVjp((z: s.Tensor) => z, (g) => [g])(y),
    args: () => [x()],
  },
  { name: "elementwise", run: s.elementwise, args: () => ["own", 1, expr.exp, {}] },
  {
    name: "elementwise(...)()",
    run: s.elementwise("own", 2, expr.add),
    args: () => [x(), x()],
  },
  {
    name: "elementwiseAll",
    run: s.elementwiseAll,
    args: () => ["own", 1, (a: s.expr.Expr) => [a], {}],
  },
  { name: "tensor", run: s.tensor, args: () => [[1, 2], [2], { backend: s.cpu }] },
  { name: "zeros", run: s.zeros, args: () => [[2, 2], { backend: s.cpu }] },
  { name: "ones", run: s.ones, args: () => [[2, 2], { backend: s.cpu }] },
  { name: "full", run: s.full, args: () => [[2, 2], 1, { backend: s.cpu }] },
  { name: "grad", run: s.grad, args: () => [(y: s.Tensor) => s.sum(y)] },
  { name: "grad(f)()", run: s.grad((y: s.Tensor) => s.sum(y)), args: () => [x()] },
  { name: "valueAndGrad", run: s.valueAndGrad, args: () => [(y: s.Tensor) => s.sum(y)] },
  {
    name: "valueAndGrad(f)()",
    run: s.valueAndGrad((p: { a: s.Tensor }) => s.sum(p.a)),
    args: () => [{ a: x() }],
  },
  { name: "value of grad", run: (y: never) => s.grad(() => y)(x()), args: () => [s.sum(x())] },
  { name: "mapTree", run: s.mapTree, args: () => [(y: s.Tensor) => y, { a: x() }] },
  { name: "treeLeaves", run: s.treeLeaves, args: () => [{ a: x() }] },
  { name: "treeFromLeaves", run: s.treeFromLeaves, args: () => [{ a: x() }, [x()]] },
  { name: "copyTree", run: s.copyTree, args: () => [{ a: x() }] },
  { name: "scoped", run: s.scoped, args: () => [s.cpu, (y: s.Tensor) => y] },
  { name: "limitThreads", run: s.limitThreads, args: () => [1] },
  { name: "key", run: s.key, args: () => [0] },
  { name: "split", run: s.split, args: () => [s.key(0), 2] },
  { name: "uniform", run: s.uniform, args: () => [s.key(0), [2], { min: 0, max: 1 }] },
  { name: "normal", run: s.normal, args: () => [s.key(0), [2], { backend: s.cpu }] },
  { name: "randint", run: s.randint, args: () => [s.key(0), [2], { min: 0, max: 4 }] },
  { name: "permutation", run: s.permutation, args: () => [s.key(0), 4, {}] },
  { name: "randomBits", run: s.randomBits, args: () => [s.key(0), 4] },
  { name: "defineNeuron", run: s.defineNeuron, args: () => [model()] },
  { name: "noisy", run: s.noisy, args: () => [s.lif] },
  {
    name: "powerlawPsdGaussian",
    run: s.powerlawPsdGaussian,
    args: () => [s.key(0), 1, [2, 4], {}],
  },
  {
    name: "ilc",
    run: s.ilc,
    args: () => [s.lif, {
      actDim: 2,
      decPopDim: 2,
      surrogate: s.rect(),
      params: { vDecay: 0.5 },
      learn: ["vDecay"],
      detachReset: false,
    }],
  },
  { name: "plain", run: s.plain, args: () => [s.lif, { units: 2, params: {}, learn: [] }] },
  {
    name: "dense",
    run: s.dense,
    args: () => [s.lif, {
      units: 2,
      connection: { mask: s.noSelf, sign: "excitatory" as const, bias: false, delay: 2 },
    }],
  },
  {
    name: "dense of signed, masked units",
    run: s.dense,
    args: () => [s.lif, { units: 2, connection: { mask: [[0, 1], [1, 0]], sign: [1, -1] } }],
  },
  { name: "neighbours", run: s.neighbours, args: () => [1] },
  { name: "noSelf", run: s.noSelf, args: () => [0, 1] },
  { name: "selfOnly", run: s.selfOnly, args: () => [0, 1] },
  {
    name: "population.init",
    run: (...a: [s.Key, object]) => population().init(...a),
    args: () => [s.key(0), { backend: s.cpu }],
  },
  {
    name: "population.initialState",
    run: (...a: [number, object]) => population().initialState(...a),
    args: () => [2, { backend: s.cpu }],
  },
  {
    name: "population.bind",
    run: (p: never) => population().bind(p),
    args: () => [population().init(s.key(0))],
  },
  {
    name: "step",
    run: (a: never, b: never, c: never) => population().bind(population().init(s.key(0)))(a, b, c),
    args: () => [population().initialState(2), s.ones([2, 4]), {}],
  },
  {
    name: "population.multiStep",
    run: (...a: [never, never, never, never]) => population().multiStep(...a),
    args: () => [population().init(s.key(0)), population().initialState(2), spikes(), {}],
  },
  {
    name: "multiStep with noise",
    run: (...a: [never, never, never, never]) => poisson().multiStep(...a),
    args: () => [{}, poisson().initialState(2), spikes(), { key: s.key(0), noise: undefined }],
  },
  {
    name: "population.trace",
    run: (...a: [never, never, never, never]) => population().trace(...a),
    args: () => [population().init(s.key(0)), population().initialState(2), spikes(), {
      names: ["v"],
    }],
  },
  {
    name: "linear",
    run: s.linear,
    args: () => [{ inFeatures: 2, outFeatures: 2, bias: true }],
  },
  {
    name: "linear.apply",
    run: (...a: [never, never]) => s.linear({ inFeatures: 2, outFeatures: 2 }).apply(...a),
    args: () => [s.linear({ inFeatures: 2, outFeatures: 2 }).init(s.key(0)), x()],
  },
  { name: "batches", run: s.batches, args: () => [dataSet(), { batchSize: 2, key: s.key(0) }] },
  {
    name: "trainTestSplit",
    run: s.trainTestSplit,
    args: () => [dataSet(), { testFraction: 0.5, key: s.key(0) }],
  },
  { name: "accuracy", run: s.accuracy, args: () => [x(), [0, 1]] },
  { name: "confusionMatrix", run: s.confusionMatrix, args: () => [x(), [0, 1], 2] },
  { name: "readIdx", run: s.readIdx, args: () => [new Uint8Array(9), {}] },
  { name: "readNpy", run: s.readNpy, args: () => [new Uint8Array(9), {}] },
  { name: "readNpz", run: s.readNpz, args: () => [new Uint8Array(9), {}] },
  {
    name: "eventsToFrames",
    run: s.eventsToFrames,
    args: () => [
      { t: [0, 1], x: [0, 1], y: [0, 0], p: [0, 1] },
      { timeSteps: 2, width: 2, height: 1, polarities: 2, splitBy: "time" },
    ],
  },
  {
    name: "progressBar",
    run: s.progressBar,
    args: () => [{ total: 2, label: "a", write: () => {}, isTerminal: true, columns: 9 }],
  },
  {
    name: "bar.update",
    run: (...a: [never, never]) => s.progressBar({ total: 2, write: () => {} }).update(...a),
    args: () => [1, "a"],
  },
  { name: "fit", run: s.fit, args: () => [fitting()] },
  {
    name: "sequential",
    run: s.sequential,
    args: () => [{ fc: s.linear({ inFeatures: 2, outFeatures: 2 }) }],
  },
  {
    name: "parallel",
    run: s.parallel,
    args: () => [{ fc: s.linear({ inFeatures: 2, outFeatures: 2 }) }],
  },
  {
    name: "residual",
    run: (layer: never) => s.residual(layer),
    args: () => [s.linear({ inFeatures: 2, outFeatures: 2 })],
  },
  { name: "stateless", run: s.stateless, args: () => [(y: s.Tensor) => y] },
  {
    name: "stepByStep",
    run: (bind: typeof doubling, x: s.Tensor, options: s.RunOptions) =>
      s.stepByStep(bind)({}, {}, x, options),
    args: () => [doubling, spikes(), { training: true, key: s.key(0) }],
  },
  {
    name: "batchNorm",
    run: s.batchNorm,
    args: () => [{ features: 2, weight: 1, bias: 0, epsilon: 1e-5 }],
  },
  {
    name: "batchNorm.multiStep",
    run: (p: never, state: never, x: never, o: never) =>
      s.batchNorm({ features: 2 }).multiStep(p, state, x, o),
    args: () => [
      s.batchNorm({ features: 2 }).init(s.key(0)),
      {},
      s.ones([3, 2, 2]),
      { training: true },
    ],
  },
  {
    name: "calibrate",
    run: (p: never, x: never, o: never) => s.calibrate(normed(), p, x, o),
    args: () => [normed().init(s.key(0)), s.ones([3, 2, 2]), {}],
  },
  {
    name: "foldBatchNorm",
    run: (p: never, statistics: never) => s.foldBatchNorm(normed(), p, statistics),
    args: () => [
      normed().init(s.key(0)),
      { norm: { mean: s.zeros([3]), variance: s.ones([3]) } },
    ],
  },
  { name: "trackBatchNorm", run: s.trackBatchNorm, args: () => [normed()] },
  {
    name: "trackBatchNorm.track",
    run: (p: never, x: never) => s.trackBatchNorm(normed()).track(p, x),
    args: () => [s.trackBatchNorm(normed()).init(s.key(0)), s.zeros([2, 3, 3])],
  },
  { name: "dropout", run: s.dropout, args: () => [{ rate: 0.5 }] },
  {
    name: "dropout.multiStep",
    run: (...a: [never, never, never, never]) => s.dropout({ rate: 0.5 }).multiStep(...a),
    args: () => [{}, {}, spikes(), { key: s.key(0), training: true }],
  },
  { name: "readOut", run: s.readOut, args: () => ["mean", { lengths: [1, 2] }] },
  {
    name: "readOut.multiStep",
    run: (...a: [never, never, never, never]) => s.readOut("mean").multiStep(...a),
    args: () => [{}, s.readOut("mean").initialState(2), spikes(), { lengths: [1, 2] }],
  },
  { name: "detach", run: s.detach, args: () => [{ v: x() }] },
  {
    name: "diagnose",
    run: (...a: [never, never, never]) => s.diagnose(net(), ...a),
    args: () => [
      net().init(s.key(0)),
      s.ones([3, 2, 2]),
      { key: s.key(0), training: true, noise: {}, lengths: undefined, loss: s.mean },
    ],
  },
  {
    name: "countOperations",
    run: s.countOperations,
    args: () => [{
      connections: [{ name: "fc", weight: x(), input: s.ones([1, 3, 2]), isRecurrent: false }],
      populations: [{ name: "units", output: s.ones([1, 3, 2]), variables: 1 }],
      parameters: 4,
    }],
  },
  {
    name: "estimateEnergy",
    run: s.estimateEnergy,
    args: () => [
      {
        ...{ effectiveACs: 1, effectiveMACs: 1, counterpart: 1 },
        traffic: { weights: 1, states: 1, counterpart: 1 },
      },
      s.energyCosts.digital45nm,
    ],
  },
  {
    name: "synapticOperations",
    run: (...a: [never, never, never]) => s.synapticOperations(net(), ...a),
    args: () => [net().init(s.key(0)), s.ones([3, 2, 2]), { key: s.key(0) }],
  },
  {
    name: "actorOperations",
    run: (...a: [never, never, never]) => s.actorOperations(actor(), ...a),
    args: () => [actor().init(s.key(0)), s.ones([2, 3]), { key: s.key(0) }],
  },
  { name: "summary", run: s.summary, args: () => [net(), net().init(s.key(0))] },
  {
    name: "network.multiStep",
    run: (...a: [never, never, never, never]) => net().multiStep(...a),
    args: () => [net().init(s.key(0)), net().initialState(2), s.ones([3, 2, 2]), { key: s.key(1) }],
  },
  {
    name: "network.bind",
    run: (p: never) => net().bind(p),
    args: () => [net().init(s.key(0))],
  },
  {
    name: "network.step",
    run: (...a: [never, never, never]) => net().bind(net().init(s.key(0)))(...a),
    args: () => [net().initialState(2), x(), { key: s.key(1), training: true }],
  },
  {
    name: "network.inspect",
    run: (...a: [never, never, never]) => net().inspect(...a),
    args: () => [net().init(s.key(0)), net().initialState(2), s.ones([3, 2, 2])],
  },
  { name: "adam", run: s.adam, args: () => [{ learningRate: 0.1, beta1: 0.9, epsilon: 1e-8 }] },
  {
    name: "adam.update",
    run: (...a: [never, never, never]) => s.adam({ learningRate: 0.1 }).update(...a),
    args: () => [{ a: x() }, { a: x() }, s.adam({ learningRate: 0.1 }).init({ a: x() })],
  },
  { name: "sgd", run: s.sgd, args: () => [{ learningRate: 0.1, momentum: 0.9 }] },
  { name: "clipByGlobalNorm", run: s.clipByGlobalNorm, args: () => [{ a: x() }, 1] },
  { name: "globalNorm", run: s.globalNorm, args: () => [{ a: x() }] },
  { name: "adamW", run: s.adamW, args: () => [{ learningRate: { a: 0.1 }, weightDecay: 0.1 }] },
  {
    name: "adamW.update",
    run: (...a: [never, never, never]) => s.adamW({ learningRate: { a: 0.1 } }).update(...a),
    args: () => [{ a: x() }, { a: x() }, s.adamW({ learningRate: 0.1 }).init({ a: x() })],
  },
  { name: "cosineDecay", run: s.cosineDecay, args: () => [{ from: 1, to: 0, steps: 3 }] },
  { name: "linearDecay", run: s.linearDecay, args: () => [{ from: 1, to: 0, steps: 3 }] },
  { name: "stepDecay", run: s.stepDecay, args: () => [{ from: 1, factor: 0.5, every: 3 }] },
  { name: "warmUp", run: s.warmUp, args: () => [{ from: 1, steps: 3, then: 2 }] },
  { name: "schedule", run: s.cosineDecay({ from: 1, steps: 3 }), args: () => [1] },
  {
    name: "crossEntropy",
    run: s.crossEntropy,
    args: () => [spikes(), [[0, 1], [0, 1], [0, 1]], { lengths: [1, 2] }],
  },
  {
    name: "meanSquaredError",
    run: s.meanSquaredError,
    args: () => [x(), x(), { lengths: [1, 2] }],
  },
  { name: "spikeRateLoss", run: s.spikeRateLoss, args: () => [spikes(), 0.2, { lengths: [1, 2] }] },
  {
    name: "rateBounds",
    run: s.rateBounds,
    args: () => [spikes(), { lower: 0.1, upper: 0.2, lengths: [1, 2] }],
  },
  { name: "polyak", run: s.polyak, args: () => [{ a: x() }, { a: x() }, 0.5] },
  { name: "latencyEncoder", run: s.latencyEncoder, args: () => [s.full([2], 0.5), 3, {}] },
  { name: "poissonEncoder", run: s.poissonEncoder, args: () => [s.key(0), s.full([2], 0.5), 3] },
  { name: "popEncoder", run: s.popEncoder, args: () => [popEncoding()] },
  {
    name: "popSpikeEncoderDeterministic",
    run: s.popSpikeEncoderDeterministic,
    args: () => [popEncoding()],
  },
  { name: "popSpikeEncoderRandom", run: s.popSpikeEncoderRandom, args: () => [popEncoding()] },
  {
    name: "ilcSan",
    run: s.ilcSan,
    args: () => [{
      obsDim: 3,
      actDim: 1,
      hiddenSizes: [4],
      encPopDim: 2,
      decPopDim: 2,
      meanRange: [-1, 1],
      std: 0.4,
      timeSteps: 2,
      encode: "pop-det",
      decode: "last-mem",
      actLimit: 2,
      params: { vThreshold: 0.5 },
      surrogate: s.surrogates.rect(),
      connection: { bias: false },
      noise: { sigmaInit: 0.5, beta: 1 },
    }],
  },
  {
    name: "ilcSan, neuron",
    run: (neuron: never) => s.ilcSan({ obsDim: 3, actDim: 1, hiddenSizes: [4], neuron }),
    args: () => [model()],
  },
  {
    name: "actor.drawNoise",
    run: (...a: [never, never]) =>
      s.ilcSan({ obsDim: 3, actDim: 1, hiddenSizes: [4], noise: {} }).drawNoise(...a),
    args: () => [s.key(0), 2],
  },
  {
    name: "actor.apply with noise",
    run: (noise: never) => {
      const noisy = s.ilcSan({ obsDim: 3, actDim: 1, hiddenSizes: [4], noise: {} });
      return noisy.apply(noisy.init(s.key(0)), s.ones([1, 3]), { noise });
    },
    args: () => [s.zeros([5, 2 * 14 + 1])],
  },
  {
    name: "actor.apply",
    run: (...a: [never, never, never]) => actor().apply(...a),
    args: () => [actor().init(s.key(0)), s.ones([1, 3]), {}],
  },
  { name: "act", run: s.act, args: () => [policy(), [1, 2, 3], s.key(0)] },
  { name: "actWithSpikes", run: s.actWithSpikes, args: () => [policy(), [1, 2, 3], s.key(0)] },
  { name: "bindPolicy", run: s.bindPolicy, args: () => [policy()] },
  { name: "box", run: s.box, args: () => [2, -1, 1] },
  { name: "discrete", run: s.discrete, args: () => [3] },
  { name: "timeLimit", run: s.timeLimit, args: () => [s.pendulum(), 3] },
  { name: "actionRepeat", run: s.actionRepeat, args: () => [s.pendulum(), 2] },
  { name: "rescaleAction", run: s.rescaleAction, args: () => [s.pendulum(), -1, 1] },
  {
    name: "normalizeObservation",
    run: s.normalizeObservation,
    args: () => [s.pendulum(), { statistics: s.emptyStatistics(3), update: false }],
  },
  { name: "vectorized", run: s.vectorized, args: () => [s.pendulum, 2] },
  {
    name: "checkEnvironment",
    run: s.checkEnvironment,
    args: () => [s.pendulum(), { key: s.key(0), steps: 5, fixedStart: true, seconds: 60 }],
  },
  { name: "isDiscrete", run: s.isDiscrete, args: () => [{ n: 3 }] },
  { name: "emptyStatistics", run: s.emptyStatistics, args: () => [3] },
  {
    name: "evaluateActor",
    run: s.evaluateActor,
    args: () => [{
      environment: s.makeEnvironment({
        ...dynamics(),
        observationSpace: { low: [0, 0, 0], high: [1, 1, 1] },
        observe: () => [0, 0, 0],
        actionSpace: { low: [-2], high: [2] },
      }),
      policy: policy(),
      episodes: 1,
      key: s.key(0),
    }],
  },
  { name: "makeEnvironment", run: s.makeEnvironment, args: () => [dynamics()] },
  { name: "environment.reset", run: (k: s.Key) => s.pendulum().reset(k), args: () => [s.key(0)] },
  {
    name: "environment.step",
    run: (a: never) => {
      const environment = s.pendulum();
      environment.reset(s.key(0));
      return environment.step(a);
    },
    args: () => [[0]],
  },
  {
    name: "mlpActor",
    run: s.mlpActor,
    args: () => [{
      observationSpace: { low: [-1], high: [1] },
      actionSpace: { low: [0], high: [2] },
      hiddenSizes: [2],
      activation: "tanh",
      logStd: "network",
      encPopDim: 2,
      meanRange: [-1, 1],
      std: 0.3,
    }],
  },
  {
    name: "actorFrom",
    run: s.actorFrom,
    args: () => [s.linear({ inFeatures: 3, outFeatures: 1 }), {
      obsDim: 3,
      actDim: 1,
      actLimit: 2,
      timeSteps: 1,
      kind: "own",
    }],
  },
  { name: "actor.bind", run: (p: never) => actor().bind(p), args: () => [policy().params] },
  {
    name: "bound.act",
    run: bound.act,
    args: () => [[1, 2, 3], new Float32Array(1)],
  },
  {
    name: "trainer",
    run: (o: never) => [...s.trainer(o)],
    args: () => [trainerOptions()],
    mayBeLarge: /^(steps|every|episodes|updateEvery|replaySize|measureEvery)$/,
  },
  {
    name: "trainer.load",
    run: (...a: [never, never]) => s.trainer.load(...a),
    args: () => [savedTraining.slice(), trainerOptions()],
    mayBeLarge: /^(steps|every|episodes|updateEvery|replaySize|measureEvery)$/,
  },
  { name: "td3", run: s.td3, args: () => [{ actor: actor(), criticSizes: [4], gamma: 0.9 }] },
  {
    name: "sac",
    run: s.sac,
    args: () => [{
      actor: s.mlpActor({ obsDim: 3, actDim: 1, hiddenSizes: [4], logStd: "network" }),
      criticSizes: [4],
      gamma: 0.9,
      polyak: 0.9,
      targetEntropy: -1,
      entropyCoefficient: 1,
      firstEntropyCoefficient: 1,
    }],
  },
  {
    name: "ppo",
    run: s.ppo,
    args: () => [{
      actor: s.mlpActor({ obsDim: 3, actDim: 1, hiddenSizes: [4], logStd: "parameter" }),
      valueSizes: [4],
      rolloutSteps: 4,
      minibatchSize: 2,
      epochs: 1,
      clipRange: 0.2,
      normalizeReturns: true,
    }],
  },
  {
    name: "behaviourCloning",
    run: s.behaviourCloning,
    args: () => [{
      actor: actor(),
      observations: [[1, 2, 3]],
      actions: [[1]],
      key: s.key(0),
      epochs: 1,
      batchSize: 2,
      params: undefined,
      resume: undefined,
    }],
  },
  {
    name: "trainTd3",
    run: s.trainTd3,
    args: () => [{
      environment: s.pendulum(),
      agent: agent(),
      key: s.key(0),
      steps: 3,
      startSteps: 2,
      updateAfter: 2,
      updateEvery: 1,
      batchSize: 2,
    }],
  },
  {
    name: "ReplayBuffer",
    run: (o: never) => new s.ReplayBuffer(o),
    args: () => [{ obsDim: 3, actDim: 1, size: 9, clipLimit: 3 }],
  },
  { name: "buffer.store", run: (e: never) => buffer().store(e), args: () => [experience()] },
  {
    name: "buffer.sample",
    run: (...a: [never, never]) => {
      const filled = buffer();
      filled.store(experience());
      return filled.sample(...a);
    },
    args: () => [s.key(0), 2],
  },
  { name: "readPolicy", run: s.readPolicy, args: () => [new Uint8Array(9)] },
  { name: "readCheckpoint", run: s.readCheckpoint, args: () => [new Uint8Array(9), actor()] },
  { name: "writeCheckpoint", run: s.writeCheckpoint, args: () => [policy()] },
  { name: "readSafetensors", run: s.readSafetensors, args: () => [new Uint8Array(9), {}] },
  { name: "readTorch", run: s.readTorch, args: () => [new Uint8Array(9), {}] },
  { name: "readNir", run: s.readNir, args: () => [new Uint8Array(9), {}] },
  {
    name: "writeSafetensors",
    run: s.writeSafetensors,
    args: () => [{ a: x() }, { name: "b" }, {}],
  },
  {
    name: "restore",
    run: s.restore,
    args: () => [{ "a.b": x() }, { a: { b: x() } }, { maxBytes: 1000, rename: (n: string) => n }],
  },
  { name: "writeNir", run: s.writeNir, args: () => [graph()] },
  {
    name: "neuronFromNir",
    run: s.neuronFromNir,
    args: () => [node(), { dt: 0.001, method: "exact" }],
  },
  {
    name: "neuronToNir",
    run: s.neuronToNir,
    args: () => [s.lif, { vDecay: 0.9, vThreshold: 1, vReset: 0 }, { dt: 0.001, units: 2 }],
  },
  {
    name: "linePlot",
    run: s.linePlot,
    args: () => [[{ name: "a", x: [0, 1], y: [0, 1] }], { title: "a", width: 100 }],
  },
  { name: "rasterPlot", run: s.rasterPlot, args: () => [[[0, 1], [1, 0]], { title: "a" }] },
  { name: "tracePlot", run: s.tracePlot, args: () => [[[0, 1], [1, 0]], { threshold: 1 }] },
  {
    name: "rasterCanvas",
    run: s.rasterCanvas,
    args: () => [new FakeCanvas(), { units: 2, steps: 4, theme: "dark", colors: ["#112233"] }],
  },
  {
    name: "traceCanvas",
    run: s.traceCanvas,
    args: () => [new FakeCanvas(), { units: 2, steps: 4, range: [0, 1], width: 9, overlay: true }],
  },
  {
    name: "raster.push",
    run: (values: never) => s.rasterCanvas(new FakeCanvas(), { units: 2, steps: 4 }).push(values),
    args: () => [[1, 0]],
  },
  { name: "histogramPlot", run: s.histogramPlot, args: () => [[0, 1, 1], { bins: 2 }] },
  {
    name: "lateralWeightPlot",
    run: s.lateralWeightPlot,
    args: () => [{ weight: s.ones([4, 1, 2]) }, { title: "a" }],
  },
  {
    name: "meanCurve",
    run: s.meanCurve,
    args: () => [[{ x: [0, 1], y: [2, 3] }], { spread: "range" as const }],
  },
  {
    name: "learningCurvePlot",
    run: s.learningCurvePlot,
    args: () => [[{ name: "a", curves: [{ x: [0], y: [2] }] }], {
      spread: () => [0, 1],
      fontSize: 12,
      theme: "dark",
    }],
  },
  { name: "heatmapPlot", run: s.heatmapPlot, args: () => [[[0, 1], [1, 0]], { title: "a" }] },
  { name: "surrogatePlot", run: s.surrogatePlot, args: () => [[s.rect()], { title: "a" }] },
  { name: "rect", run: s.rect, args: () => [{ alpha: 1 }] },
  ...Object.entries(s.surrogates).filter(([name, f]) =>
    typeof f === "function" && s.surrogateNames().includes(name)
  ).map(([name, run]) => ({
    name: `surrogates.${name}`,
    run: run as PublicCall["run"],
    args: () => [{ alpha: 2 }],
  })),
  { name: "surrogate", run: s.surrogate, args: () => ["rect", { alpha: 1 }] },
  { name: "slopeAt", run: s.slopeAt, args: () => [s.rect(), Float32Array.of(1)] },
  { name: "primitiveAt", run: s.primitiveAt, args: () => [s.rect(), Float32Array.of(1)] },
  {
    name: "registerSurrogate",
    run: (name: never, factory: never) => s.registerSurrogate(name, factory),
    args: () => ["wrong values", () => s.rect()],
  },
  {
    name: "defineSurrogate",
    run: s.surrogates.defineSurrogate,
    args: () => [{ name: "own", params: { alpha: { default: 1 } }, slope: (u: s.expr.Expr) => u }],
  },
  ...(["add", "sub", "mul", "div", "min", "max", "less", "pow"] as const).map((name) => ({
    name: `expr.${name}`,
    run: expr[name] as PublicCall["run"],
    args: () => [expr.input("x"), 1],
  })),
  ...(["neg", "abs", "exp", "log", "tanh", "sigmoid", "detach"] as const).map((name) => ({
    name: `expr.${name}`,
    run: expr[name] as PublicCall["run"],
    args: () => [expr.input("x")],
  })),
  { name: "expr.input", run: expr.input, args: () => ["x"] },
  { name: "expr.constant", run: expr.constant, args: () => [1] },
  { name: "expr.select", run: expr.select, args: () => [expr.input("x"), 1, 2] },
  { name: "expr.spike", run: expr.spike, args: () => [expr.input("x"), 1] },
  { name: "expr.evaluate", run: expr.evaluate, args: () => [expr.input("x"), { x: 1 }] },
  ...(["ILCIFNode", "ILCLIFNode", "ILCCUBALIFNode"] as const).map((name) => ({
    name,
    run: (o: never) => new s[name](o),
    args: () => [nodeOptions()],
  })),
  ...(["IFNode", "LIFNode", "ParametricLIFNode", "CUBALIFNode"] as const).map((name) => ({
    name,
    run: (o: never) => new s[name](o),
    args: () => [{ vThreshold: 1, vReset: 0, stepMode: "m" }],
  })),
  {
    name: "node.forward",
    run: (y: never) => new s.ILCLIFNode(nodeOptions()).forward(y),
    args: () => [spikes()],
  },
  {
    name: "node.apply",
    run: (p: never, y: never) => new s.ILCLIFNode(nodeOptions()).apply(p, y),
    args: () => [new s.ILCLIFNode(nodeOptions()).parameters(), spikes()],
  },
  {
    name: "node.loadStateDict",
    run: (p: never) => new s.ILCLIFNode(nodeOptions()).loadStateDict(p),
    args: () => [new s.ILCLIFNode(nodeOptions()).stateDict()],
  },
];

function tryWrongValues(calls: readonly PublicCall[]): void {
  for (const call of calls) {
    Deno.test(`${call.name} answers every wrong value with an error of ours`, async () => {
      assertEquals(await foreignErrors(call), []);
    });
  }
}

tryWrongValues(calls);

const gpuOptions = (): s.WebGpuOptions => ({
  powerPreference: "low-power",
  gpu: undefined,
  recompute: true,
});

await onGpu("wrong values", (gpu) =>
  tryWrongValues([
    {
      name: "webgpu",
      run: async (options: s.WebGpuOptions) => (await s.webgpu(options)).dispose(),
      args: () => [gpuOptions()],
    },
    { name: "webgpu.isSupported", run: s.webgpu.isSupported, args: () => [gpuOptions()] },
    { name: "gpu.tensor", run: gpu.tensor, args: () => [[1, 2], [2]] },
    { name: "gpu.from", run: gpu.from, args: () => [x()] },
  ]));

/** Public functions that take nothing, are tried by another name, or need a GPU. */
const exempt = [
  ...["pendulum", "cartPole", "cartPoleSwingUp", "mountainCarContinuous", "reacher"],
  ...["lunarLander", "lunarLanderDiscrete", "startThreads", "surrogateNames"],
  ...["resetMembrane", "valueAuxAndGrad", "webgpu"],
];

Deno.test("the table of this test has every public function", () => {
  const names = new Set(calls.map(({ name }) => name));
  const missing = Object.entries(s)
    .filter(([name, value]) => typeof value === "function" && /^[a-z]/.test(name))
    .map(([name]) => name)
    .filter((name) => !names.has(name) && !exempt.includes(name));
  assertEquals(missing, []);
});
