// A program of a user: every entry point, with the strictest types. It is checked and run as an installed package.
import { ilcSan } from "spikeloop/actor";
import { type Backend, defineScan, hostArray } from "spikeloop/backend";
import { evaluator } from "spikeloop/backend/evaluator";
import { cpu, limitThreads, startThreads } from "spikeloop/cpu";
import { popEncoder, popSpikeEncoderDeterministic } from "spikeloop/encoding";
import { add, detach, input, mul, sub } from "spikeloop/expr";
import { simdSupported } from "spikeloop/expr/wasm";
import {
  adam,
  clipByGlobalNorm,
  dense,
  ilc,
  linear,
  meanSquaredError,
  plain,
} from "spikeloop/functional";
import { readNir, readSafetensors, readTorch, writeNir, writeSafetensors } from "spikeloop/interchange";
import { cubaLif, defineNeuron, type Neuron } from "spikeloop/neuron";
import { ILCCUBALIFNode } from "spikeloop/nodes";
import { rasterPlot, surrogatePlot } from "spikeloop/plot";
import { key, normal, split, uniform } from "spikeloop/random";
import { rect, slopeAt, type Surrogate, surrogate, surrogateNames } from "spikeloop/surrogate";
import { full, grad, mean, sum, type Tensor, tensor, valueAndGrad } from "spikeloop/tensor";
import * as tensors from "spikeloop/tensor";
import { type Environment, pendulum, td3 } from "spikeloop/training";
import { webgpu } from "spikeloop/webgpu";
import * as spikeloop from "spikeloop";

function check(truth: boolean, what: string): asserts truth {
  if (!truth) throw new Error(`Not so: ${what}`);
}

// Tensors and their gradients.
const x: Tensor = tensor([[1, 2], [3, 4]]);
const shape: readonly number[] = x.shape;
const data: Float32Array = x.dataSync();
check(shape.length === 2 && x.size === 4 && data[3] === 4, "a tensor knows its shape and data");
const slope: Tensor = grad((p: Tensor) => sum(tensors.mul(p, p)))(x);
check((await slope.data())[3] === 8, "the gradient of x² is 2x");

// A population step by step, and all of its steps at once.
const surrogateFunction: Surrogate = rect({ alpha: 1 });
const population = ilc(cubaLif, {
  actDim: 8,
  decPopDim: 10,
  surrogate: surrogateFunction,
  params: { vThreshold: 0.5 },
});
const params = population.init(key(0));
const xSeq = uniform(key(1), [5, 3, 80]);
const step = population.bind(params);
let state = population.initialState(3);
let spike: Tensor | undefined;
for (let t = 0; t < 5; t++) {
  [state, spike] = step(state, tensors.reshape(tensors.slice(xSeq, [t, 0, 0], [t + 1, 3, 80]), [3, 80]));
}
const [last, spikes] = population.multiStep(params, population.initialState(3), xSeq);
check(spike?.shape.join() === "3,80" && spikes.shape.join() === "5,3,80", "spikes have shapes");
check(last.v?.dataSync().join() === state.v?.dataSync().join(), "multiStep() is step() repeated");
plain(cubaLif, { units: 3 });
dense(cubaLif, { units: 3, learn: ["vDecay"] });
linear({ inFeatures: 2, outFeatures: 3 });

// The contract: a definition runs on every backend, by the same bits.
const v = add(input("v"), input("x"));
const kernel = defineScan({
  ...{ name: "sum", states: ["v"], params: [], out: v, next: [v], binary: false },
});
const onBackend = (backend: Backend): string => {
  const at = { backend };
  const { out } = tensors.scan(
    { kernel, units: 1, params: [] },
    { values: [tensors.zeros([1, 1], at)] },
    tensors.ones([3, 1, 1], at),
  );
  return hostArray(out.storage).join();
};
check(onBackend(cpu) === "1,2,3" && onBackend(evaluator) === "1,2,3", "backends agree");
check(await startThreads() >= 1, "threads can be started");
limitThreads(1);

// Training.
const optimizer = adam({ learningRate: 0.01 });
let memory = optimizer.init(params);
const lossAndGrads = valueAndGrad((p: typeof params) => {
  const [, out] = population.multiStep(p, population.initialState(3), xSeq);
  return meanSquaredError(mean(out, 0), full([3, 80], 0.3));
});
const [loss, grads] = lossAndGrads(params);
const [better] = optimizer.update(params, clipByGlobalNorm(grads, 1), memory);
check(lossAndGrads(better)[0].item() !== loss.item(), "a step of the optimizer changes the loss");
memory = optimizer.init(better);

// Nodes as in the reference, and a neuron of one's own.
const node = new ILCCUBALIFNode({ actDim: 8, decPopDim: 10, storeVSeq: true, key: key(0) });
check(node.forward(xSeq).shape.join() === "5,3,80", "a node runs");
check(node.vSeq?.shape.join() === "5,3,80", "a node keeps its membranes");
node.loadStateDict(node.stateDict());
const w = normal(key(6), [5, 3, 80]);
const slopes = grad((p) => sum(tensors.mul(node.apply(p, xSeq), w)))(node.parameters());
check(slopes["conn.weight"]?.shape.join() === "80,1,10", "a node is differentiated");
export const adaptiveLif: Neuron = defineNeuron({
  name: "adaptive-lif",
  rest: { v: 0, a: 0 },
  params: { vDecay: 0.8, aDecay: 0.95, beta: 0.3, vThreshold: 0.5 },
  charge: ({ v, a }, x, p) => ({ v: add(mul(v, p.vDecay), x), a: mul(a, p.aDecay) }),
  fire: ({ v, a }, p) => sub(v, add(p.vThreshold, mul(p.beta, a))),
  reset: ({ v, a }, spike, p) => ({
    v: sub(v, mul(detach(spike), p.vThreshold)),
    a: add(a, spike),
  }),
});
const wired = ilc(adaptiveLif, { actDim: 2, decPopDim: 4, surrogate: surrogate("atan") });
wired.multiStep(wired.init(key(2)), wired.initialState(1), normal(key(3), [4, 1, 8]));

// Files, plots, encoders, the actor, an environment.
const file: Uint8Array = writeSafetensors({ weight: x });
check(readSafetensors(file).tensors.weight?.dataSync().join() === "1,2,3,4", "files come back");
check(rasterPlot(full([4, 3], 1)).startsWith("<svg"), "plots are SVG");
check(surrogatePlot([rect()]).startsWith("<svg"), "plots are SVG");
check(slopeAt(rect(), new Float32Array([0]))[0] === 1, "the slope of rect at 0 is 1");
check(surrogateNames().includes("rect"), "surrogates have names");
popSpikeEncoderDeterministic({ obsDim: 3, popDim: 10, timeSteps: 5, meanRange: [-3, 3], std: 0.15 });
popEncoder({ obsDim: 3, popDim: 10, timeSteps: 5, meanRange: [-3, 3], std: 0.15 });
const actor = ilcSan({
  obsDim: 3,
  actDim: 1,
  encPopDim: 10,
  decPopDim: 10,
  hiddenSizes: [32, 32],
  meanRange: [-3, 3],
  std: 0.15,
  timeSteps: 5,
  encode: "pop-det",
  decode: "last-mem",
  actLimit: 2,
});
const [first] = split(key(4));
check(first !== undefined, "keys split");
const action = actor.apply(actor.init(first), tensor([[0.1, 0.2, 0.3]]));
check(action.shape.join() === "1,1", "the actor acts");
const environment: Environment = pendulum();
environment.reset(key(5));

const agent = td3({ actor });
check("actor" in agent.init(key(7)).networks, "an agent has networks");
try {
  readTorch(new Uint8Array(4));
} catch (error) {
  check(error instanceof SyntaxError, "four zeros are no file: a SyntaxError");
}

// A machine may lack SIMD or a GPU; programs can ask.
check(simdSupported(), "this runtime has WebAssembly SIMD");
if (await webgpu.isSupported()) {
  using gpu = await webgpu();
  check((await gpu.tensor([[1, 2]]).data()).length === 2, "numbers come back from a GPU");
}

// The facade has all of it.
check(spikeloop.readNir === readNir && spikeloop.writeNir === writeNir, "graphs are there");
check(spikeloop.ilc === ilc && spikeloop.expr.add === add, "the facade re-exports the packages");
console.log("all is so");
