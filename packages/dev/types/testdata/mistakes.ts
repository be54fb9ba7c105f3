// Correct programs, and then mistakes: each line after `// mistake` must be a type error by itself,
// and no other line may be one.
import {
  adam,
  dense,
  detach,
  diagnose,
  dropout,
  ilc,
  type Layer,
  linear,
  type Network,
  parallel,
  plain,
  polyak,
  type Population,
  readOut,
  residual,
  sequential,
  stateless,
  summary,
  type Tensors,
} from "@spikeloop/functional";
import { fit } from "@spikeloop/data";
import {
  cubaLif,
  defineNeuron,
  leakyIntegrator,
  lif,
  type Neuron,
  noisy,
  resolveParams,
  restOf,
} from "@spikeloop/neuron";
import { key } from "@spikeloop/random";
import { atan, registerSurrogate, surrogate } from "@spikeloop/surrogate";
import { grad, ones, sum, type Tensor, valueAndGrad, zeros } from "@spikeloop/tensor";
import * as e from "@spikeloop/expr";

// Populations know the names of their state and of their params.
const population = ilc(cubaLif, { actDim: 2, decPopDim: 5, learn: ["vDecay"], surrogate: atan() });
const params = population.init(key(0));
const state = population.initialState(3);
const xSeq = zeros([5, 3, 10]);
const known: Tensor[] = [params.weight, params.bias, params.vDecay, state.c, state.v, state.lateral];
const course = population.trace(params, state, xSeq, { names: ["v"] });
const traced: Tensor[] = [course.trace.v, course.state.lateral];
const leaks: Tensor = population.trace(params, state, xSeq).trace.c;
let next = state;
let spike: Tensor;
const step = population.bind(params);
for (let t = 0; t < 3; t++) [next, spike] = step(next, zeros([3, 10]));
const free = dense(lif, { units: 3, connection: { bias: false } });
const onlyWeight: { readonly weight: Tensor } = free.init(key(0));
const [value, slopes] = valueAndGrad((p: typeof params) =>
  sum(population.multiStep(p, state, xSeq)[1])
)(params);
const untyped = grad((p) => sum(population.multiStep(p, state, xSeq)[1]))(params);
const learnable: Tensor[] = [value, slopes.vDecay, untyped.vDecay];

// So do definitions.
const adaptive = defineNeuron({
  name: "adaptive",
  rest: { v: 0, a: 0 },
  params: { vDecay: 0.8, beta: 0.3, vThreshold: 0.5 },
  bounds: { vDecay: { min: 0, max: 1 } },
  charge: ({ v, a }, x, p) => ({ v: e.add(e.mul(v, p.vDecay), x), a }),
  fire: ({ v, a }, p) => e.sub(v, e.add(p.vThreshold, e.mul(p.beta, a))),
  reset: ({ v, a }, spike) => ({ v: e.sub(v, spike), a: e.add(a, spike) }),
});
const own = plain(adaptive, { units: 4, params: { beta: 0.2 }, learn: ["beta"] });
const beta: Tensor = own.init(key(1)).beta;
const resting = defineNeuron({
  name: "resting",
  rest: (p) => ({ u: p.uReset ?? 0 }),
  params: { uReset: 0 as number | null },
  noise: ["hiss"],
  charge: ({ u }, x, _p, { hiss }) => ({ u: e.add(u, e.add(x, hiss)) }),
  emit: ({ u }) => u,
});
const rest: number = restOf(resting, resolveParams(resting, { uReset: null })).u;
const sigma: Tensor = plain(noisy(cubaLif), { units: 1, learn: ["sigmaV"] }).init(key(0)).sigmaV;

// A written `: Neuron`, `: Population` or `: Layer` has any names.
const wide: Neuron = adaptive;
const any = plain(wide, { units: 4, params: { anything: 3 }, learn: ["beta"] });
const ofAny: Tensor = any.init(key(0)).beta;
const populations: Population[] = [population, own, free];
const everything = ilc(lif, { actDim: 1, decPopDim: 2, learn: Object.keys(lif.params) });
const anyWeight: Tensor | undefined = everything.init(key(0)).weight;
const layers: Layer[] = [...populations, linear({ inFeatures: 1, outFeatures: 1 })];
const exact: Layer<Tensors<"beta">, Tensors<"v" | "a">> = own;

// Networks know the names of their layers, and those of their layers.
const net = sequential({
  fc1: linear({ inFeatures: 4, outFeatures: 8 }),
  hidden: plain(lif, { units: 8 }),
  drop: dropout({ rate: 0.1 }),
  both: parallel({
    fast: dense(cubaLif, { units: 8, learn: ["cDecay"] }),
    slow: residual(plain(adaptive, { units: 8 })),
  }),
  flat: stateless((x) => x),
  fc2: linear({ inFeatures: 16, outFeatures: 2, bias: false }),
  out: readOut("max"),
});
const netParams = net.init(key(2));
const netStart = net.initialState(3);
const [netState, y] = net.multiStep(netParams, netStart, ones([5, 3, 4]), {
  key: key(3),
  training: true,
});
const inner: Tensor[] = [
  netParams.fc1.weight,
  netParams.both.fast.cDecay,
  netState.hidden.v,
  netState.both.slow.a,
  netState.both.fast.lateral,
  netState.out.high,
  net.inspect(netParams, netStart, ones([5, 3, 4])).layers.both,
];
const netSlopes = grad((p: typeof netParams) =>
  sum(net.multiStep(p, detach(netState), ones([5, 3, 4]))[1])
)(netParams);
const slope: Tensor = netSlopes.fc2.weight;
const optimizer = adam();
const [trained] = optimizer.update(netParams, netSlopes, optimizer.init(netParams));
const again: Tensor = trained.both.fast.bias;
function train<P, S>(layer: Layer<P, S>, x: Tensor): Tensor {
  return layer.multiStep(layer.init(key(0)), layer.initialState(1), x)[1];
}
train(net, train(population, xSeq));
const changed = net.multiStep({ ...netParams, hidden: {} }, netStart, ones([5, 3, 4]));
const part = sequential({ fc1: net.layers.fc1, hidden: net.layers.hidden });
const partParams = part.init(key(0));
const partOfNet = part.multiStep({ fc1: netParams.fc1, hidden: {} }, part.initialState(3), xSeq);
const training = { loss: (y: Tensor) => sum(y), optimizer, epochs: 1, key: key(0) };
fit({ layer: part, params: partParams, data: { x: xSeq, y: xSeq }, ...training });

// Names of surrogates that are read from files are strings.
const fromFile: string = "mine";
registerSurrogate(fromFile, () => atan());
const surrogates = [surrogate(fromFile), surrogate("rect", { alpha: 1 }), surrogate("ATan")];
export { again, anyWeight, beta, changed, exact, inner, known, layers, leaks, learnable, ofAny, onlyWeight };
export { partOfNet, rest, sigma, slope, spike, surrogates, traced, y };

// mistake: a misspelt parameter
params.wieght;
// mistake: a parameter that is not learned
params.cDecay;
// mistake: a bias that the connection lacks
free.init(key(0)).bias;
// mistake: a gradient of what is not learned
slopes.cDecay;
// mistake: a variable that the model lacks
plain(lif, { units: 4 }).initialState(1).c;
// mistake: a lateral current without a connection
plain(lif, { units: 4 }).initialState(1).lateral;
// mistake: a variable that a definition lacks
own.initialState(1).w;
// mistake: params and state swapped
population.multiStep(state, params, xSeq);
// mistake: params and state swapped in a step
population.bind(state);
// mistake: state and input swapped
step(zeros([3, 10]), state);
// mistake: params and state of a network swapped
net.multiStep(netStart, netParams, xSeq);
// mistake: a parameter that the model lacks
ilc(cubaLif, { actDim: 2, decPopDim: 5, params: { vThresh: 1 } });
// mistake: a parameter of another model
plain(leakyIntegrator, { units: 1, params: { vDecay: 0.5 } });
// mistake: a parameter that a definition lacks
plain(adaptive, { units: 1, params: { tau: 2 } });
// mistake: a parameter that is no number
plain(lif, { units: 1, params: { vDecay: "0.5" } });
// mistake: a parameter of the model among the options
plain(lif, { units: 1, vDecay: 0.5 });
// mistake: learning a parameter that the model lacks
ilc(lif, { actDim: 2, decPopDim: 5, learn: ["cDecay"] });
// mistake: learning a parameter that a definition lacks
dense(adaptive, { units: 2, learn: ["vDecay", "gamma"] });
// mistake: the state of another model
population.multiStep(params, plain(lif, { units: 10 }).initialState(3), xSeq);
// mistake: the state of a model with further variables
plain(lif, { units: 10 }).multiStep({}, plain(cubaLif, { units: 10 }).initialState(3), xSeq);
// mistake: the state of a connected population
plain(cubaLif, { units: 10 }).bind({})(state, zeros([3, 10]));
// mistake: the params of a connected population
plain(lif, { units: 10 }).bind(params);
// mistake: the params of a population that learns less
population.bind(ilc(cubaLif, { actDim: 2, decPopDim: 5 }).init(key(0)));
// mistake: tracing a variable that the model lacks
population.trace(params, state, xSeq, { names: ["w"] });
// mistake: reading what was not traced
course.trace.c;
// mistake: a surrogate's name that does not exist
surrogate("Atan2");
// mistake: a surrogate's name in a case that is none of the two
surrogate("rECT");
// mistake: a surrogate's name in place of a surrogate
plain(lif, { units: 1, surrogate: "rect" });
// mistake: a surrogate's parameter that does not exist
atan({ beta: 1 });
// mistake: a layer that the network lacks
netParams.fc3;
// mistake: a layer that the inner network lacks
netState.both.medium;
// mistake: a parameter that a layer lacks
netParams.fc2.bias;
// mistake: a variable that a layer lacks
netState.hidden.c;
// mistake: the output of a layer that the network lacks
net.inspect(netParams, netStart, xSeq).layers.fc3;
// mistake: the gradient of a layer that the network lacks
netSlopes.fc3;
// mistake: params of one layer given to the network
net.bind(netParams.fc1);
// mistake: params of one layer given to another
linear({ inFeatures: 4, outFeatures: 8 }).bind(netParams.fc2);
// mistake: the state of one layer given to the network
net.multiStep(netParams, netState.hidden, xSeq);
// mistake: the params of the network given to a layer
population.bind(netParams);
// mistake: params without one of the layers
net.bind({ fc1: netParams.fc1, hidden: {}, drop: {}, both: netParams.both, out: {} });
// mistake: a neuron in place of a layer
sequential({ hidden: lif });
// mistake: a function in place of a layer
sequential({ squash: (x: Tensor) => x });
// mistake: an option of a run that does not exist
net.multiStep(netParams, netStart, xSeq, { seed: 1 });
// mistake: a mode of read-outs that does not exist
readOut("first");
// mistake: an option of linear that PyTorch names otherwise
linear({ in_features: 4, outFeatures: 8 });
// mistake: a size that is missing
linear({ inFeatures: 4 });
// mistake: sizes of another wiring
ilc(lif, { units: 10 });
// mistake: moments of other params
optimizer.update(netParams, netSlopes, optimizer.init(params));
// mistake: gradients of other params
optimizer.update(netParams, slopes, optimizer.init(netParams));
// mistake: a definition that reads a variable it does not have
defineNeuron({ name: "wrong", rest: { v: 0 }, params: {}, charge: ({ w }, x) => ({ v: e.add(w, x) }), emit: ({ v }) => v });
// mistake: a definition that fires by a variable it does not have
defineNeuron({ name: "wrong", rest: { v: 0 }, params: {}, charge: (_, x) => ({ v: x }), fire: ({ u }) => u });
// mistake: a definition that reads a parameter it does not have
defineNeuron({ name: "wrong", rest: { v: 0 }, params: { k: 1 }, charge: ({ v }, x, p) => ({ v: e.add(v, e.mul(p.l, x)) }), emit: ({ v }) => v });
// mistake: a definition that reads noise it does not have
defineNeuron({ name: "wrong", rest: { v: 0 }, params: {}, noise: ["n"], charge: ({ v }, x, _p, { m }) => ({ v: e.add(v, m) }), emit: ({ v }) => v });
// mistake: a definition that forgets a variable
defineNeuron({ name: "wrong", rest: { v: 0, a: 0 }, params: {}, charge: ({ v }, x) => ({ v: e.add(v, x) }), emit: ({ v }) => v });
// mistake: a definition that sets a variable it does not have
defineNeuron({ name: "wrong", rest: { v: 0 }, params: {}, charge: ({ v }, x) => ({ v: e.add(v, x), w: x }), emit: ({ v }) => v });
// mistake: a definition that resets a variable it does not have
defineNeuron({ name: "wrong", rest: { v: 0 }, params: {}, charge: ({ v }, x) => ({ v: e.add(v, x) }), fire: ({ v }) => v, reset: ({ v }) => ({ v, w: v }) });
// mistake: a definition that takes a switched-off parameter for an expression
defineNeuron({ name: "wrong", rest: { v: 0 }, params: { k: 1 as number | null }, charge: ({ v }, x, p) => ({ v: e.add(v, e.mul(p.k, x)) }), emit: ({ v }) => v });
// mistake: a definition with bounds of a parameter it does not have
defineNeuron({ name: "wrong", rest: { v: 0 }, params: { k: 1 }, bounds: { l: { min: 0 } }, charge: ({ v }, x) => ({ v: e.add(v, x) }), emit: ({ v }) => v });
// mistake: a value at rest of a variable that a model lacks
restOf(lif, lif.params).c;
// mistake: a default of a parameter that a model lacks
resolveParams(lif, { tau: 2 });
// mistake: a network's type of another network
const other: Network<{ fc1: Layer<Tensors<"gain">, Tensors<never>> }> = net;
// mistake: params with those of further layers
part.bind(netParams);
// mistake: the state of a network with further layers
part.multiStep(partParams, netStart, xSeq);
// mistake: the state of a network with further layers in a step
part.bind(partParams)(netStart, xSeq);
// mistake: gradients of a network with further layers
optimizer.update(partParams, netSlopes, optimizer.init(partParams));
// mistake: moments of a network with further layers
optimizer.update(partParams, partParams, optimizer.init(netParams));
// mistake: a target network with further layers
polyak(partParams, netParams, 0.1);
// mistake: a summary with the params of another network
summary(part, netParams);
// mistake: a diagnosis with the params of another network
diagnose(part, netParams, xSeq);
// mistake: a training that starts from the params of another network
fit({ layer: part, params: netParams, data: { x: xSeq, y: xSeq }, ...training });
// mistake: a training that goes on from params alone
fit({ layer: part, resume: partParams, data: { x: xSeq, y: xSeq }, ...training });
// mistake: a training without targets
fit({ layer: part, data: { x: xSeq }, ...training });
// mistake: an option of a connection that does not exist
dense(lif, { units: 4, connection: { delays: 2 } });
// mistake: a sign that is no word for one
dense(lif, { units: 4, connection: { sign: "positive" } });
// mistake: a variable of the state that another read-out has
readOut("max").initialState(1).value;
// mistake: the rate of dropout by another name
dropout({ p: 0.5 });
