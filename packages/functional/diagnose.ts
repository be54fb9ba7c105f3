import { showShape } from "@spikeloop/backend";
import { checkOptions, fail, takeFunction } from "@spikeloop/errors";
import { type Key, key as makeKey, normal, takeKey } from "@spikeloop/random";
import {
  add,
  checkTensor,
  mean,
  mul,
  type Tensor,
  type Tree,
  valueAndGrad,
  zeros,
} from "@spikeloop/tensor";
import { type Diagnosis, type Finding, type LayerActivity, makeDiagnosis } from "./diagnosis.ts";
import { firstNotFinite, judgeLayer, type Judgement } from "./judge_layer.ts";
import { judgeFiniteParams, judgeGradients, judgeWeights } from "./judge_params.ts";
import type { Layer, RunOptions } from "./layer.ts";
import { type Observation, observe } from "./observe.ts";
import { runOptionNames } from "./run_options.ts";
import { takeLayer } from "./take_layers.ts";

/** The options of `diagnose`. */
export interface DiagnoseOptions extends RunOptions {
  /** Draws what is random; `key(0)` if missing. */
  readonly key?: Key;
  /**
   * The loss, a scalar, through which parameters should get a gradient; a mean of the output with
   * random weights if missing.
   */
  readonly loss?: (y: Tensor) => Tensor;
}

const action = "diagnose a network";

/**
 * Looks for reasons why a network does not learn: runs it over a sequence, takes the gradient of a
 * loss, and says in words
 *
 * - where values stop being finite: the first layer and time step,
 * - which layers never or always fire,
 * - where the slope of the surrogate is 0, because membranes are far from the threshold,
 * - whether the input or weights are of a bad scale, or weights equal for all units,
 * - which parameters get no gradient,
 *
 * and what to try first. A layer has one of these faults if more than nine of ten units have it.
 * `console.log` shows the report as a text; `findings` and `layers` are the data of it. Where
 * values stop being finite, it looks no further.
 *
 * @param params The parameters of the network.
 * @param x The input, [T, N, ...]: some samples that the network is trained with.
 * @returns The report; reading values is asynchronous.
 * @throws {TypeError} if `net` is no layer, an option is unknown or of the wrong kind, or params or
 * input do not fit. The promise fails with it.
 * @throws {RangeError} if the input has no steps or no rows. The promise fails with it.
 *
 * @example
 * ```ts
 * import { diagnose, linear, plain, sequential } from "@spikeloop/functional";
 * import { leakyIntegrator, lif } from "@spikeloop/neuron";
 * import { key, uniform } from "@spikeloop/random";
 * import { assertEquals } from "@std/assert";
 *
 * const net = sequential({
 *   fc1: linear({ inFeatures: 4, outFeatures: 16 }),
 *   hidden: plain(lif, { units: 16, params: { vThreshold: 50 } }),
 *   fc2: linear({ inFeatures: 16, outFeatures: 2 }),
 *   out: plain(leakyIntegrator, { units: 2 }),
 * });
 * const report = await diagnose(net, net.init(key(0)), uniform(key(1), [10, 8, 4]));
 * const [first] = report.findings;
 * assertEquals([first.layer, first.kind], ["hidden", "silent"]);
 * console.log(report); // ... raise the input gain ..., or lower the threshold, or add a bias
 * ```
 */
export async function diagnose<P extends Tree, S extends Tree>(
  net: Layer<P, S>,
  params: NoInfer<P>,
  x: Tensor,
  options: DiagnoseOptions = {},
): Promise<Diagnosis> {
  takeLayer(action, "the network", net);
  checkTensor("diagnose", "the input", x);
  checkOptions(action, options, [...runOptionNames, "loss"]);
  const { loss, key = makeKey(0), ...rest } = options;
  takeKey(action, "key", key);
  if (loss !== undefined) takeFunction(action, "loss", loss, "a function of the output");
  if (x.shape.length < 2) {
    fail(action, `the input has shape ${showShape(x.shape)}, expected [T, N, ...]`);
  }
  if (x.size === 0) {
    const problem = `the input has shape ${showShape(x.shape)}`;
    fail(action, `${problem}, expected at least one step and one row`, RangeError);
  }
  net.bind(params); // refuses params that do not fit, by all their names
  const runOptions: RunOptions = { key, ...rest };
  const initial = () => net.initialState(x.shape[1], { backend: x.backend });

  const wrongInput = await firstNotFinite(x);
  if (wrongInput !== undefined) return makeDiagnosis([notFiniteInput(wrongInput)], []);

  const observations: Observation[] = [];
  const start = { path: [], source: undefined, params, state: initial(), x, options: runOptions };
  observe(net as Layer, start, observations);
  const findings: Finding[] = await judgeInput(x);
  const layers: LayerActivity[] = [];
  const judgements: Judgement[] = [];
  for (const o of observations) {
    const bad = await judgeFiniteParams(o);
    if (bad !== undefined) return makeDiagnosis([...findings, bad], layers);
    const judgement = await judgeLayer(o);
    findings.push(...await judgeWeights(o), ...judgement.findings);
    layers.push(judgement.activity);
    judgements.push(judgement);
    if (!judgement.isFinite) return makeDiagnosis(findings, layers);
  }

  const lossOf = loss ?? randomMean;
  // A parameter that always gets a gradient: without one, taking it would fail.
  const reached = zeros([], { backend: x.backend });
  const [value, { params: grads }] = valueAndGrad((p: { params: P; reached: Tensor }) => {
    const [, y] = net.multiStep(p.params, initial(), x, runOptions);
    return add(lossOf(y), p.reached);
  })({ params, reached });
  const [lossValue] = await value.data();
  if (!Number.isFinite(lossValue)) {
    return makeDiagnosis([...findings, notFiniteLoss(lossValue)], layers);
  }
  const zeroWeights = findings.filter(({ kind }) => kind === "zeroWeights");
  const names = new Set(zeroWeights.map(({ layer }) => layer));
  findings.push(...await judgeGradients(observations, judgements, names, grads));
  return makeDiagnosis(findings, layers);
}

const randomMean = (y: Tensor): Tensor =>
  mean(mul(y, normal(makeKey(1), y.shape, { backend: y.backend })));

/** Inputs of a larger scale were probably not normalized. */
const largestInput = 20;

/** Finds an input that is too large. */
async function judgeInput(x: Tensor): Promise<Finding[]> {
  const data = await x.data();
  const scale = Math.sqrt(data.reduce((sum, v) => sum + v * v, 0) / data.length);
  if (scale <= largestInput) return [];
  const largest = data.reduce((most, v) => Math.max(most, Math.abs(v)), 0);
  const number = Number(largest.toPrecision(3));
  return [{
    kind: "inputScale",
    layer: "the input",
    message: `its numbers reach ${number}, and thresholds are about 1`,
    advice: `normalize the data, for example divide it by ${number}`,
  }];
}

function notFiniteInput({ step, value }: { step: number; value: number }): Finding {
  return {
    kind: "notFinite",
    layer: "the input",
    message: `it is ${value} from time step ${step} on`,
    advice: "clean the data, or leave out the samples that are not finite",
    step,
  };
}

function notFiniteLoss(value: number): Finding {
  return {
    kind: "notFinite",
    layer: "the loss",
    message: `it is ${value}, though the output is finite`,
    advice: "look for a logarithm of 0 or a division by 0 in the loss",
  };
}
