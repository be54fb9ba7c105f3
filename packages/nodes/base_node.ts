import { sameShape } from "@spikeloop/backend";
import { checkOptions, fail, refuse } from "@spikeloop/errors";
import type { Population, Tensors } from "@spikeloop/functional";
import { type Neuron, type NeuronParams, restOf, surrogateNoise } from "@spikeloop/neuron";
import { type Key, split, uniform } from "@spikeloop/random";
import type { Surrogate } from "@spikeloop/surrogate";
import { concat, stack, Tensor, type Tree } from "@spikeloop/tensor";
import { checkSequence } from "./check_sequence.ts";
import { matchParameters } from "./match_parameters.ts";
import { type ModelFunctions, modelFunctions } from "./model_functions.ts";
import type {
  ApplyOptions,
  NodeDesign,
  NodeOptions,
  NodeParameters,
  NoiseRecord,
} from "./node_design.ts";
import {
  fromStateDict,
  type NodeSetting,
  populationOf,
  readSetting,
  toStateDict,
} from "./node_setting.ts";
import { charge, fire, lateralSender, runSteps, sameEquations, stepOf } from "./run_steps.ts";
import { restoreSnapshot, type Snapshot, takeSnapshot, tensorsIn } from "./snapshot.ts";

const noNoise: NoiseRecord = Object.freeze({});

/** The memory of a node between two calls of `forward`. */
interface Memory {
  readonly state: Tensors;
  readonly vParts: readonly Tensor[];
  readonly fields: Snapshot;
}

/**
 * The base of all nodes: a population with its parameters and its state. A sequence runs as one
 * kernel if the equations are those of the model. It runs step by step if a subclass overrides
 * `neuronalCharge(x)`, `neuronalFire()`, `neuronalReset(spike)` or `initTensor(x)`, written with
 * functions of tensors on `this.v`.
 *
 * Every parameter and state variable of the model is a property of the node: a node of `cubaLif`
 * has `cDecay`, `vDecay` and `c`.
 *
 * T, N and D are time steps, rows (batch) and units.
 *
 * @example Every node runs sequences and keeps its last state.
 * ```ts
 * import { type BaseNode, IFNode, NonSpikingIFNode } from "@spikeloop/nodes";
 * import { full } from "@spikeloop/tensor";
 * import { assertEquals } from "@std/assert";
 *
 * const nodes: readonly BaseNode[] = [new IFNode(), new NonSpikingIFNode()];
 * const outputs = nodes.map((node) => [...node.forward(full([4, 1, 1], 0.5)).dataSync()]);
 * assertEquals(outputs, [[0, 1, 0, 1], [0.5, 1, 1.5, 2]]);
 * assertEquals(nodes.map((node) => node.v.item()), [0, 2]);
 * ```
 */
export abstract class BaseNode {
  readonly #setting: NodeSetting;
  readonly #constants: NeuronParams;
  #population: Population;
  #parameters: NodeParameters;
  #state: Tensors = {};
  /** `vSeq` in parts, each [T, N, D]. */
  #vParts: readonly Tensor[] = [];
  #key: Key;
  #functions: ModelFunctions | undefined;
  /** The random numbers of the step in progress. */
  #stepNoise: Tensor | undefined;

  /**
   * Checks the options and draws the parameters.
   *
   * @param design Sets the class apart.
   * @throws {TypeError} if an option is unknown or of the wrong kind.
   * @throws {RangeError} if a number is out of range.
   */
  constructor(options: NodeOptions, design: NodeDesign) {
    const setting = readSetting(new.target.name, options, design);
    const { name, backend, key, storeVSeq } = setting;
    const model = design.noise?.model ?? design.model;
    const population = populationOf(setting, model, design.units?.count ?? 1, design.learn ?? []);
    this.#setting = setting;
    this.#population = population;
    this.#constants = population.constants;
    this.#parameters = toStateDict(population.init(key, { backend }));
    this.#key = split(key, 3)[2];
    const variables = Object.keys(restOf(model, population.constants));
    if (storeVSeq && !variables.includes("v")) {
      fail(`make ${name}`, `storeVSeq needs a state "v", which neuron "${model.name}" lacks`);
    }
    for (const s of variables) {
      this.#addProperty(s, () => this.state(s), (value) => this.setState(s, value));
    }
    for (const p of Object.keys(population.constants)) {
      this.#addProperty(p, () => this.#parameters[p] ?? this.#constants[p]);
    }
  }

  /** A property that no class on the way has. */
  #addProperty(name: string, get: () => unknown, set?: (value: Tensor) => void): void {
    if (!(name in this)) Object.defineProperty(this, name, { get, set, configurable: true });
  }

  /**
   * Runs T steps: xSeq and the result are [T, N, D]. The state after the last step stays in `v` and
   * the other state variables. Gradients flow to xSeq; the node's own parameters are constants
   * here, so train with `apply`.
   *
   * @throws {TypeError} if xSeq is not a tensor of that shape.
   * @throws {RangeError} if T is 0.
   */
  forward(xSeq: Tensor): Tensor {
    const out = this.#run(this.#parameters, xSeq, this.#key);
    if (this.#population.noise.includes(surrogateNoise)) this.#key = split(this.#key)[0];
    // A `grad` around this call would release the memory of the state otherwise.
    if (xSeq.backend.keep !== undefined) {
      for (const { backend, storage } of tensorsIn(this.saveState())) backend.keep?.(storage);
    }
    return out;
  }

  /**
   * Returns what `forward` would return now if the node had these parameters. It changes nothing of
   * the node that `saveState` finds, and gradients flow to `params` and xSeq.
   *
   * @throws {TypeError} if a parameter is missing, unexpected or of another shape, or xSeq does not
   * fit.
   * @throws {RangeError} if T is 0.
   */
  apply(params: Tree, xSeq: Tensor, options: ApplyOptions = {}): Tensor {
    const action = `apply ${this.#setting.name}`;
    checkOptions(action, options, ["key"]);
    const parameters = matchParameters(action, params, this.#parameters);
    const saved = this.saveState();
    try {
      return this.#run(parameters, xSeq, options.key ?? this.#key);
    } finally {
      this.restoreState(saved);
    }
  }

  /**
   * Returns what `restoreState` takes: the state variables, `vSeq`, and the node's public fields,
   * with the contents of the arrays, typed arrays, plain records, Maps, Sets and nodes that they
   * lead to. It has no parameters, private fields (`#a`) or contents of other objects: a subclass
   * with state in such places overrides both methods, as the README shows.
   */
  saveState(): unknown {
    const memory: Memory = {
      state: this.#state,
      vParts: this.#vParts,
      fields: takeSnapshot(this),
    };
    return memory;
  }

  /** Puts the node back to where it was when `saveState` returned `saved`. */
  restoreState(saved: unknown): void {
    const { state, vParts, fields } = saved as Memory;
    this.#state = state;
    this.#vParts = vParts;
    restoreSnapshot(this, fields);
  }

  /**
   * Returns the tensors that the node learns, by their names in SpikingJelly's state dictionary.
   */
  parameters(): NodeParameters {
    return { ...this.#parameters };
  }

  /** Returns the same: as in SpikingJelly, `v` and the like are no part of it. */
  stateDict(): NodeParameters {
    return this.parameters();
  }

  /**
   * Takes over the parameters of another node. The tensors are not copied, so the node moves to
   * their backend.
   *
   * @throws {TypeError} if one is missing, unexpected or of another shape; then nothing is loaded.
   */
  loadStateDict(state: NodeParameters): void {
    const action = `load the state of ${this.#setting.name}`;
    this.#parameters = matchParameters(action, state, this.#parameters);
  }

  /** How units fire, and the gradient of that. */
  get surrogateFunction(): Surrogate {
    return this.#setting.surrogate;
  }

  /** Whether the reset passes no gradient. */
  get detachReset(): boolean {
    return this.#setting.detachReset;
  }

  /** Whether `forward` keeps `vSeq`. */
  get storeVSeq(): boolean {
    return this.#setting.storeVSeq;
  }

  /** Whether a sequence runs as one kernel: no subclass overrides an equation. */
  get isFused(): boolean {
    return sameEquations(this, BaseNode.prototype);
  }

  /**
   * The membrane [N, D] after the last step of `forward`.
   *
   * @throws {Error} if nothing has run yet.
   */
  get v(): Tensor {
    return this.state("v");
  }

  set v(value: Tensor) {
    this.setState("v", value);
  }

  /**
   * The membrane [T, N, D] after every step of the last `forward`, or, of a node that takes single
   * steps, after every step since `reset` or since the batch had another shape. It is without
   * gradient if the sequence ran as one kernel.
   *
   * @throws {Error} if nothing has run yet, or `storeVSeq` is off.
   */
  get vSeq(): Tensor {
    if (this.#vParts.length > 0) return concat(this.#vParts);
    const hint = this.storeVSeq
      ? "it has no value before forward()"
      : "make the node with storeVSeq: true";
    throw new Error(`Cannot read vSeq of ${this.#setting.name}: ${hint}`);
  }

  /**
   * Sets the state before the first step, x [N, D], to rest. A subclass with state of its own
   * overrides it and calls `super.initTensor(x)`.
   */
  initTensor({ shape: [batch, units], backend }: Tensor): void {
    this.#state = this.#populationOf(units).initialState(batch, { backend });
  }

  /** Charges the membrane with x [N, D]. */
  neuronalCharge(x: Tensor): void {
    this.#update(this.#model.charge(this.#state, this.#parameters, x));
  }

  /** Returns the spikes [N, D] of the charged membrane. */
  neuronalFire(): Tensor {
    return this.spikeAt(this.#model.drive(this.#state, this.#parameters));
  }

  /** Resets the membrane of the units that have spiked. */
  neuronalReset(spike: Tensor): void {
    this.#update(this.#model.reset(this.#state, this.#parameters, spike));
  }

  /** Applies the surrogate function: spikes where u >= 0, with the surrogate's gradient. */
  protected spikeAt(u: Tensor): Tensor {
    return this.#model.spikeAt(u, this.#stepNoise ?? 0);
  }

  /**
   * Returns a state variable, [N, D].
   *
   * @throws {Error} if it has no value yet.
   */
  protected state(name: string): Tensor {
    if (Object.hasOwn(this.#state, name)) return this.#state[name];
    throw new Error(
      `Cannot read ${name} of ${this.#setting.name}: it has no value before forward()`,
    );
  }

  /**
   * Sets a state variable.
   *
   * @throws {TypeError} if `value` is not a tensor.
   */
  protected setState(name: string, value: Tensor): void {
    if (!(value instanceof Tensor)) {
      refuse(`set ${name} of ${this.#setting.name}`, "the value", value, "a tensor");
    }
    this.#update({ [name]: value });
  }

  #update(state: Tensors): void {
    this.#state = { ...this.#state, ...state };
  }

  /** Forgets the state: the next sequence starts at rest. */
  protected clearState(): void {
    this.#state = {};
    this.#vParts = [];
  }

  /** Whether `vSeq` goes on from one `forward` to the next. */
  protected get accumulatesVSeq(): boolean {
    return false;
  }

  #keepVSeq(v: Tensor): void {
    const [last] = this.#vParts;
    const goesOn = this.accumulatesVSeq && last?.backend === v.backend &&
      sameShape(last.shape.slice(1), v.shape.slice(1));
    this.#vParts = goesOn ? [...this.#vParts, v] : [v];
  }

  /** Returns one of the tensors that the node learns; during `apply`, the one that `apply` got. */
  protected parameter(name: string): Tensor {
    return this.#parameters[name];
  }

  /**
   * Makes the node learn a tensor, for the constructor of a subclass. If the model has a parameter
   * of that name, the tensor is its value; otherwise read it with `parameter(name)`.
   */
  protected addParameter(name: string, value: Tensor): void {
    this.#parameters = { ...this.#parameters, [name]: value };
    const { model, units } = this.#population;
    this.#population = populationOf(this.#setting, model, units, Object.keys(this.#parameters));
  }

  /** Checks the input and returns it as [T, N, D]. */
  protected prepare(xSeq: Tensor): Tensor {
    checkSequence(this.#setting.name, xSeq, ["T", "N"], this.#setting.design.units);
    return xSeq;
  }

  /** Turns the output [T, N, D] of the units into the node's. */
  protected finish(out: Tensor): Tensor {
    return out;
  }

  /** The model that runs now. */
  protected get activeModel(): Neuron {
    return this.#setting.design.model;
  }

  /** Returns the noise that a run over x [T, N, D] hears. */
  protected noiseFor(_x: Tensor): NoiseRecord {
    return noNoise;
  }

  /** Runs one step, from x [N, D] and its noise to the output [N, D], by the node's equations. */
  protected runStep(x: Tensor, _noise: NoiseRecord): Tensor {
    const { name, design } = this.#setting;
    charge(name, this, x);
    let out = x;
    if (design.model.fire !== undefined) {
      out = fire(name, this, x);
      this.neuronalReset(out);
    }
    return this.#model.emit(this.#state, this.#parameters, out);
  }

  get #model(): ModelFunctions {
    const { design, surrogate, detachReset } = this.#setting;
    return this.#functions ??= modelFunctions(
      design.model,
      this.#constants,
      surrogate,
      detachReset,
    );
  }

  /** The population of so many units; another number than before needs another population. */
  #populationOf(units: number): Population {
    const model = this.activeModel;
    const known = this.#population;
    if (known.units === units && known.model === model) return known;
    const names = Object.keys(this.#parameters);
    return this.#population = populationOf(this.#setting, model, units, names);
  }

  #run(parameters: NodeParameters, xSeq: Tensor, key: Key): Tensor {
    const own = this.#parameters;
    this.#parameters = parameters;
    try {
      const x = this.prepare(xSeq);
      const noise = this.noiseFor(x);
      return this.finish(
        this.isFused ? this.#runFused(x, noise, key) : this.#runStepByStep(x, noise, key),
      );
    } finally {
      this.#parameters = own;
    }
  }

  /** Runs as one kernel. */
  #runFused(x: Tensor, noise: NoiseRecord, key: Key): Tensor {
    const { shape: [, batch, units], backend } = x;
    const population = this.#populationOf(units);
    const params = fromStateDict(population, this.#parameters);
    const first = this.#fits(x) ? this.#state : population.initialState(batch, { backend });
    const { state, spikes, trace } = population.trace(params, first, x, {
      names: this.storeVSeq ? ["v"] : [],
      ...population.noise.length > 0 && { key: split(key)[1], noise },
    });
    this.#state = state;
    if (this.storeVSeq) this.#keepVSeq(trace.v);
    return spikes;
  }

  /** Runs step by step, by the equations of a subclass. */
  #runStepByStep(x: Tensor, noise: NoiseRecord, key: Key): Tensor {
    const { shape: [steps, , units], backend } = x;
    const { noise: reads, group } = this.#populationOf(units);
    const keys = reads.includes(surrogateNoise) ? split(split(key)[1], steps) : [];
    const { "conn.weight": weight, "conn.bias": bias } = this.#parameters;
    const send = group === 0 ? undefined : lateralSender({ group, weight, bias });
    const vSeq: Tensor[] = [];
    const saved = this.saveState();
    try {
      if (!this.#fits(x)) this.initTensor(stepOf(x, 0));
      const out = runSteps(x, send, (x, t) => {
        this.#stepNoise = keys[t] && uniform(keys[t], x.shape, { backend });
        const heard = Object.entries(noise).map(([name, n]) => [name, stepOf(n, t)]);
        const out = this.runStep(x, Object.fromEntries(heard));
        if (this.storeVSeq) vSeq.push(this.v);
        return out;
      });
      if (this.storeVSeq) this.#keepVSeq(stack(vSeq));
      return out;
    } catch (error) {
      this.restoreState(saved);
      throw error;
    }
  }

  /** Whether a sequence x [T, N, D] goes on from the state at hand. */
  #fits({ shape, backend }: Tensor): boolean {
    const values = Object.values(this.#state);
    return (this.#setting.design.isStateful ?? false) && values.length > 0 &&
      values.every((s) => sameShape(s.shape, shape.slice(1)) && s.backend === backend);
  }
}
