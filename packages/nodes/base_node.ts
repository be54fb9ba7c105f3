import { checkOptions } from "@spikeloop/errors";
import type { Neuron } from "@spikeloop/neuron";
import { type Key, split } from "@spikeloop/random";
import type { Surrogate } from "@spikeloop/surrogate";
import { partAt, stackAt, type Tensor, type Tree } from "@spikeloop/tensor";
import { checkSequence } from "./check_sequence.ts";
import type {
  ApplyOptions,
  NodeDesign,
  NodeOptions,
  NodeParameters,
  NoiseRecord,
} from "./node_design.ts";
import {
  addModelProperties,
  emptyMemory,
  type NodeMemory,
  NodePopulation,
} from "./node_population.ts";
import { readSetting } from "./node_setting.ts";
import { checkCharge, checkSpikes, runSteps, sameEquations } from "./run_steps.ts";
import { restoreSnapshot, type Snapshot, takeSnapshot, tensorsIn } from "./snapshot.ts";
import { matchParameters } from "./state_dict.ts";

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
  readonly #population: NodePopulation;
  #key: Key;
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
    this.#population = new NodePopulation(setting);
    this.#key = split(setting.key, 3)[2];
    addModelProperties(this, this.#population);
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
    const out = this.#run(xSeq, this.#key);
    if (this.#population.firesAtRandom) this.#key = split(this.#key)[0];
    // A `grad` around this call would release the memory of the state otherwise, or use it again.
    if (xSeq.backend.keep !== undefined && !(out.storage instanceof Float32Array)) {
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
    const population = this.#population;
    const action = `apply ${population.setting.name}`;
    checkOptions(action, options, ["key"]);
    const own = population.parameters;
    const saved = this.saveState();
    population.parameters = matchParameters(action, params, own);
    try {
      return this.#run(xSeq, options.key ?? this.#key);
    } finally {
      population.parameters = own;
      this.restoreState(saved);
    }
  }

  /**
   * Returns what `restoreState` takes: the state variables, `vSeq`, and the node's public fields,
   * with the contents of the arrays, typed arrays, plain records, Maps, Sets and nodes that they
   * lead to. It has no parameters, private fields (`#a`) or contents of other objects: a subclass
   * with state there overrides both methods, as the README shows.
   */
  saveState(): unknown {
    return { memory: this.#population.memory, fields: takeSnapshot(this) };
  }

  /** Puts the node back to where it was when `saveState` returned `saved`. */
  restoreState(saved: unknown): void {
    const { memory, fields } = saved as { memory: NodeMemory; fields: Snapshot };
    this.#population.memory = memory;
    restoreSnapshot(this, fields);
  }

  /** Returns the tensors that the node learns, by their names in the state dictionary. */
  parameters(): NodeParameters {
    return { ...this.#population.parameters };
  }

  /** Returns the same tensors: as in SpikingJelly, `v` and other states are not among them. */
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
    const population = this.#population;
    const action = `load the state of ${population.setting.name}`;
    population.parameters = matchParameters(action, state, population.parameters);
  }

  /** How units fire, and the gradient of that. */
  get surrogateFunction(): Surrogate {
    return this.#population.setting.surrogate;
  }

  /** Whether the reset passes no gradient. */
  get detachReset(): boolean {
    return this.#population.setting.detachReset;
  }

  /** Whether `forward` keeps `vSeq`. */
  get storeVSeq(): boolean {
    return this.#population.setting.storeVSeq;
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
    return this.#population.read("v");
  }

  set v(value: Tensor) {
    this.#population.write({ v: value });
  }

  /**
   * The membrane [T, N, D] after every step of the last `forward`, or, of a node that takes single
   * steps, after every step since `reset` or since the batch had another shape. It is without
   * gradient if the sequence ran as one kernel.
   *
   * @throws {Error} if nothing has run yet, or `storeVSeq` is off.
   */
  get vSeq(): Tensor {
    return this.#population.vSeq;
  }

  /**
   * Sets the state before the first step, x [N, D], to rest. A subclass with state of its own
   * overrides it and calls `super.initTensor(x)`.
   */
  initTensor({ shape: [batch, units], backend }: Tensor): void {
    const population = this.#population.of(this.activeModel, units);
    this.#population.write(population.initialState(batch, { backend }));
  }

  /** Charges the membrane with x [N, D]. */
  neuronalCharge(x: Tensor): void {
    this.#population.update("charge", x);
  }

  /** Returns the spikes [N, D] of the charged membrane. */
  neuronalFire(): Tensor {
    const { equations, memory, parameters } = this.#population;
    return this.spikeAt(equations.drive(memory.state, parameters));
  }

  /** Resets the membrane of the units that have spiked. */
  neuronalReset(spike: Tensor): void {
    this.#population.update("reset", spike);
  }

  /** Applies the surrogate function: spikes where u >= 0, with the surrogate's gradient. */
  protected spikeAt(u: Tensor): Tensor {
    return this.#population.equations.spikeAt(u, this.#stepNoise ?? 0);
  }

  /** Forgets the state: the next sequence starts at rest. */
  protected clearState(): void {
    this.#population.memory = emptyMemory;
  }

  /** Returns one of the tensors that the node learns; during `apply`, the one that `apply` got. */
  protected parameter(name: string): Tensor {
    return this.#population.parameters[name];
  }

  /**
   * Makes the node learn a tensor, for the constructor of a subclass. If the model has a parameter
   * of that name, the tensor is its value; otherwise read it with `parameter(name)`.
   */
  protected addParameter(name: string, value: Tensor): void {
    this.#population.addParameter(name, value);
  }

  /** Checks the input and returns it as [T, N, D]. */
  protected prepare(xSeq: Tensor): Tensor {
    const { name, design } = this.#population.setting;
    return checkSequence(name, xSeq, ["T", "N"], design.units);
  }

  /** Turns the output [T, N, D] of the units into the node's. */
  protected finish(out: Tensor): Tensor {
    return out;
  }

  /** The model that runs now. */
  protected get activeModel(): Neuron {
    return this.#population.setting.design.model;
  }

  /** Returns the noise that a run over x [T, N, D] hears. */
  protected noiseFor(_x: Tensor): NoiseRecord {
    return {};
  }

  /** Runs one step, from x [N, D] and its noise to the output [N, D], by the node's equations. */
  protected runStep(x: Tensor, _noise: NoiseRecord): Tensor {
    const { setting: { name, design }, equations, parameters } = this.#population;
    checkCharge(name, this.neuronalCharge(x));
    let out = x;
    if (design.model.fire !== undefined) {
      out = checkSpikes(name, this.neuronalFire(), x);
      this.neuronalReset(out);
    }
    return equations.emit(this.#population.memory.state, parameters, out);
  }

  #run(xSeq: Tensor, key: Key): Tensor {
    const x = this.prepare(xSeq);
    const noise = this.noiseFor(x);
    const { out, vSeq } = this.isFused
      ? this.#population.run(this.activeModel, x, noise, key)
      : this.#runStepByStep(x, noise, key);
    // Single steps [N, D] add to `vSeq`.
    if (vSeq !== undefined) this.#population.keepVSeq(vSeq, xSeq.shape.length < x.shape.length);
    return this.finish(out);
  }

  /** Runs by the equations of a subclass. */
  #runStepByStep(x: Tensor, noise: NoiseRecord, key: Key): { out: Tensor; vSeq?: Tensor } {
    const { parameters } = this.#population;
    const population = this.#population.of(this.activeModel, x.shape[2]);
    const vSeq: Tensor[] = [];
    const saved = this.saveState();
    try {
      if (!this.#population.isContinuedBy(x)) this.initTensor(partAt(x, 0));
      const out = runSteps(population, parameters, x, noise, split(key)[1], (step) => {
        this.#stepNoise = step.surrogateNoise;
        const out = this.runStep(step.x, step.noise);
        if (this.storeVSeq) vSeq.push(this.v);
        return out;
      });
      return { out, vSeq: this.storeVSeq ? stackAt(vSeq, 0) : undefined };
    } catch (error) {
      this.restoreState(saved);
      throw error;
    }
  }
}
