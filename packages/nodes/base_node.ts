import { checkOptions } from "@spikeloop/errors";
import { type Key, split } from "@spikeloop/random";
import type { Surrogate } from "@spikeloop/surrogate";
import { add, mul, stack, Tensor, type TensorLike, type Tree } from "@spikeloop/tensor";
import { checkRecord } from "./check_options.ts";
import { checkSequence } from "./check_sequence.ts";
import { charge, fire, sharesEquations } from "./equations.ts";
import { matchParameters } from "./match_parameters.ts";
import { type ModelFunctions, modelFunctions, type ParamValues } from "./model_functions.ts";
import {
  atRest,
  lateralOf,
  type NodeCore,
  nodeCore,
  type NodeParameters,
  noiseFor,
  runFused,
} from "./node_core.ts";
import type { NodeDesign, NodeOptions } from "./node_design.ts";
import { NodeState } from "./node_state.ts";
import { runLoop, stepOf } from "./run_loop.ts";

/** How `apply` may differ from `forward`. */
export interface ApplyOptions {
  /** What random spikes are drawn with; what `forward` would draw with next if missing. */
  readonly key?: Key;
}

/**
 * What all node classes share: parameters, state, and running a sequence. It runs as one kernel where the equations
 * are those of a model, and step by step where a subclass has overridden one of `neuronalCharge(x)`, `neuronalFire()`,
 * `neuronalReset(spike)` and `initTensor(x)`, which are written with functions of tensors on `this.v`.
 *
 * T, N and D are time steps, rows (batch) and units.
 *
 * @example What every node can do.
 * ```ts
 * import { type BaseNode, IFNode, NonSpikingIFNode } from "@spikeloop/nodes";
 * import { full } from "@spikeloop/tensor";
 * import { assertEquals } from "@std/assert";
 *
 * const nodes: readonly BaseNode[] = [new IFNode(), new NonSpikingIFNode()];
 * const courses = nodes.map((node) => [...node.forward(full([4, 1, 1], 0.5)).dataSync()]);
 * assertEquals(courses, [[0, 1, 0, 1], [0.5, 1, 1.5, 2]]);
 * assertEquals(nodes.map((node) => node.v.item()), [0, 2]);
 * ```
 */
export abstract class BaseNode {
  readonly #core: NodeCore;
  #parameters: NodeParameters;
  readonly #state: NodeState;
  #key: Key;
  #functions: ModelFunctions | undefined;
  /** What the random spikes of the step that runs are drawn with. */
  #stepNoise: TensorLike = 0;

  /**
   * Checks the options. Parameters start fresh.
   *
   * @param design What sets the class apart.
   * @throws {TypeError} if an option is unknown or of the wrong kind.
   * @throws {RangeError} if a number is out of range.
   */
  constructor(options: NodeOptions, design: NodeDesign) {
    checkRecord(new.target.name, options);
    this.#core = nodeCore(new.target.name, options, design);
    this.#state = new NodeState(new.target.name);
    this.#parameters = this.#core.parameters;
    this.#key = split(this.#core.key, 3)[2];
  }

  /**
   * T steps: xSeq and what is returned are [T, N, D]. The state after the last step stays in `v` (and in what else
   * the units have). Gradients flow to xSeq; the node's own parameters are constants here, so train with `apply`.
   *
   * @throws {TypeError} if xSeq is not a tensor of that shape.
   * @throws {RangeError} if T is 0.
   */
  forward(xSeq: Tensor): Tensor {
    const out = this.#run(this.#parameters, xSeq, this.#key, true);
    this.#key = split(this.#key)[0];
    this.#core.design.noise?.source.advance();
    return out;
  }

  /**
   * What `forward` would return now if the node had these parameters. It changes nothing, and gradients flow to
   * `params` and xSeq.
   *
   * @throws {TypeError} if a parameter is missing, unexpected or of another shape, or xSeq does not fit.
   * @throws {RangeError} if T is 0.
   */
  apply(params: Tree, xSeq: Tensor, options: ApplyOptions = {}): Tensor {
    checkOptions(`apply ${this.#core.name}`, options, ["key"]);
    const given = matchParameters(`apply ${this.#core.name}`, params, this.#parameters);
    return this.#run(given, xSeq, options.key ?? this.#key, false);
  }

  /** What the node learns, by its names in SpikingJelly's state dictionary. */
  parameters(): NodeParameters {
    return { ...this.#parameters };
  }

  /** The same: as in SpikingJelly, `v` and the like are no part of it. */
  stateDict(): NodeParameters {
    return this.parameters();
  }

  /**
   * Takes over the parameters of another node. The tensors are taken as they are, so the node moves to their backend.
   *
   * @throws {TypeError} if one is missing, unexpected or of another shape; then nothing is loaded.
   */
  loadStateDict(state: NodeParameters): void {
    this.#parameters = matchParameters(
      `load the state of ${this.#core.name}`,
      state,
      this.#parameters,
    );
  }

  /** How units fire, and the gradient of that. */
  get surrogateFunction(): Surrogate {
    return this.#core.surrogate;
  }

  /** Whether no gradient flows through the reset. */
  get detachReset(): boolean {
    return this.#core.detachReset;
  }

  /** Whether `forward` keeps `vSeq`. */
  get storeVSeq(): boolean {
    return this.#core.storeVSeq;
  }

  /** Whether a sequence runs as one kernel: no subclass has equations of its own. */
  get isFused(): boolean {
    return sharesEquations(this, BaseNode.prototype);
  }

  /**
   * The membrane [N, D] after the last step of `forward`.
   *
   * @throws {Error} if nothing has run yet.
   */
  get v(): Tensor {
    return this.#state.get("v");
  }

  set v(value: Tensor) {
    this.#state.set("v", value);
  }

  /**
   * The membrane [T, N, D] after every step of the last `forward`; without gradient if fused.
   *
   * @throws {Error} if nothing has run yet, or `storeVSeq` is off.
   */
  get vSeq(): Tensor {
    const { vSeq } = this.#state;
    if (vSeq !== undefined) return vSeq;
    throw new Error(
      `Cannot read vSeq of ${this.#core.name}: ` +
        (this.storeVSeq
          ? "it has no value before forward()"
          : "make the node with storeVSeq: true"),
    );
  }

  /** Sets the state before the first step x [N, D]. For state of your own, override it and call `super.initTensor(x)`. */
  initTensor(x: Tensor): void {
    this.#state.values = atRest(this.#core, x.shape, x.backend);
  }

  /** Charges the membrane with x [N, D]. */
  neuronalCharge(x: Tensor): void {
    this.#state.update(this.#model.charge(this.#state.values, this.#values, x));
  }

  /** The spikes [N, D] of the charged membrane. */
  neuronalFire(): Tensor {
    return this.spikeAt(this.#model.drive(this.#state.values, this.#values));
  }

  /** Resets the membrane of the units that have spiked. */
  neuronalReset(spike: Tensor): void {
    this.#state.update(this.#model.reset(this.#state.values, this.#values, spike));
  }

  /** The surrogate function on tensors: spikes where u >= 0, with the surrogate's gradient. */
  protected spikeAt(u: Tensor): Tensor {
    return this.#model.spikeAt(u, this.#stepNoise);
  }

  /**
   * A state variable [N, D].
   *
   * @throws {Error} if it has no value yet.
   */
  protected state(name: string): Tensor {
    return this.#state.get(name);
  }

  /**
   * Gives a state variable its value.
   *
   * @throws {TypeError} if that is not a tensor.
   */
  protected setState(name: string, value: Tensor): void {
    this.#state.set(name, value);
  }

  /** Forgets the state: the next sequence starts at rest. */
  protected clearState(): void {
    this.#state.clear();
  }

  /** One of the tensors that are learned, also those that `apply` was given while it runs. */
  protected parameter(name: string): Tensor {
    return this.#parameters[name];
  }

  /** Adds a tensor to what is learned. For the constructor of a subclass; read it with `parameter(name)`. */
  protected addParameter(name: string, value: Tensor): void {
    this.#parameters = { ...this.#parameters, [name]: value };
  }

  /** The value of one of the model's parameters. */
  protected constant(name: string): number {
    return this.#core.constants[name] ?? 0;
  }

  /** The same for one that may be null. */
  protected constantOrNull(name: string): number | null {
    return this.#core.constants[name];
  }

  /** Checks the input and brings it to [T, N, D]. */
  protected prepare(xSeq: Tensor): Tensor {
    checkSequence(this.#core.name, xSeq, ["T", "N"], this.#core.design.units);
    return xSeq;
  }

  /** What becomes of the [T, N, D] that the units sent out. */
  protected finish(out: Tensor): Tensor {
    return out;
  }

  get #model(): ModelFunctions {
    const { design, constants, surrogate, detachReset } = this.#core;
    return this.#functions ??= modelFunctions(design.model, constants, surrogate, detachReset);
  }

  get #values(): ParamValues {
    return { ...this.#core.rounded, ...this.#parameters };
  }

  /** Whether a sequence goes on from the state there is. */
  #continues(x: Tensor): boolean {
    return (this.#core.design.isStateful ?? false) && this.#state.fits(x);
  }

  #run(parameters: NodeParameters, xSeq: Tensor, key: Key, keep: boolean): Tensor {
    const x = this.prepare(xSeq);
    const noise = noiseFor(this.#core, x, key);
    if (!this.isFused) return this.finish(this.#runSteps(parameters, x, noise, keep));
    const first = this.#continues(x)
      ? this.#state.values
      : atRest(this.#core, x.shape.slice(1), x.backend);
    const { out, states, vSeq } = runFused(this.#core, parameters, first, x, noise);
    if (keep) {
      this.#state.values = states;
      this.#state.vSeq = vSeq;
      this.#holdOn();
    }
    return this.finish(out);
  }

  /** Step by step. What it writes to the node, a subclass's own fields included, stays if `keep`. */
  #runSteps(
    parameters: NodeParameters,
    x: Tensor,
    noise: readonly Tensor[],
    keep: boolean,
  ): Tensor {
    const { values, vSeq } = this.#state;
    const before = this.#parameters;
    const fields = { ...this };
    let isKept = false;
    try {
      this.#parameters = parameters;
      if (!this.#continues(x)) this.initTensor(stepOf(x, 0));
      const course: Tensor[] = [];
      const step = (x: Tensor, noise: readonly Tensor[]) => {
        const out = this.#step(x, noise);
        if (this.storeVSeq) course.push(this.v);
        return out;
      };
      const out = runLoop(step, x, noise, lateralOf(this.#core, parameters));
      this.#state.vSeq = this.storeVSeq ? stack(course) : undefined;
      isKept = keep;
      if (keep) this.#holdOn();
      return out;
    } finally {
      this.#parameters = before;
      if (!isKept) {
        this.#state.values = values;
        this.#state.vSeq = vSeq;
        for (const k of Object.keys(this)) if (!(k in fields)) Reflect.deleteProperty(this, k);
        Object.assign(this, fields);
      }
    }
  }

  /** Keeps the memory of what the node refers to where a `grad` around it would release it. */
  #holdOn(): void {
    const { values, vSeq } = this.#state;
    for (const value of [...Object.values(values), vSeq, ...Object.values(this)]) {
      if (value instanceof Tensor) value.backend.keep?.(value.storage);
    }
  }

  #step(x: Tensor, noise: readonly Tensor[]): Tensor {
    const { name, design } = this.#core;
    const hears = design.noise?.source.isTraining ? design.noise : undefined;
    this.#stepNoise = noise.at(-1) ?? 0;
    charge(name, this, hears ? add(x, mul(this.#values[hears.input], noise[0])) : x);
    const emit = (spike: Tensor) => this.#model.emit(this.#state.values, this.#values, spike);
    if (design.model.fire === undefined) return emit(x);
    const spike = fire(name, this, x);
    this.neuronalReset(spike);
    const out = emit(spike);
    return hears?.output ? add(out, mul(this.#values[hears.output], noise[1])) : out;
  }
}
