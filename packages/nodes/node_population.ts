import { sameShape } from "@spikeloop/backend";
import { fail, refuse } from "@spikeloop/errors";
import { type Population, populationOf, type Tensors } from "@spikeloop/functional";
import { type Neuron, type NeuronParams, restAt, surrogateNoise } from "@spikeloop/neuron";
import { type Key, split } from "@spikeloop/random";
import { partAt, stackAt, Tensor } from "@spikeloop/tensor";
import { type ModelFunctions, modelFunctions } from "./model_functions.ts";
import type { NodeParameters, NoiseRecord } from "./node_design.ts";
import type { NodeSetting } from "./node_setting.ts";
import { fromStateDict, toStateDict } from "./state_dict.ts";

/** State that a node keeps from one call of `forward` to the next. */
export interface NodeMemory {
  /** The state variables, [N, D] each; none before the first step. */
  readonly state: Tensors;
  /** `vSeq` in parts, [T, N, D] each. */
  readonly vParts: readonly Tensor[];
}

/** The memory of a node at rest. */
export const emptyMemory: NodeMemory = { state: {}, vParts: [] };

/** The population of a node with its parameters and its memory. It has as many units as x. */
export class NodePopulation {
  readonly setting: NodeSetting;
  /** The values of the model's parameters; null where the equations lack one. */
  readonly constants: NeuronParams;
  /** The names of the state variables. */
  readonly variables: readonly string[];
  parameters: NodeParameters = {};
  memory: NodeMemory = emptyMemory;
  #population: Population;
  #equations: ModelFunctions | undefined;

  /**
   * Draws the parameters.
   *
   * @throws {TypeError} if `storeVSeq` asks for a membrane that the model lacks.
   */
  constructor(setting: NodeSetting) {
    const { name, backend, design, storeVSeq } = setting;
    const model = design.noise?.model ?? design.model;
    this.setting = setting;
    this.#population = this.#make(model, design.units?.count ?? 1, design.learn ?? []);
    this.constants = this.#population.constants;
    this.variables = Object.keys(restAt(model, this.constants));
    this.parameters = toStateDict(this.#population.init(setting.key, { backend }));
    if (storeVSeq && !this.variables.includes("v")) {
      fail(`make ${name}`, `storeVSeq needs a state "v", which neuron "${model.name}" lacks`);
    }
  }

  /** Returns the population of so many units; other numbers than before need another one. */
  of(model: Neuron, units: number): Population {
    const known = this.#population;
    if (known.units === units && known.model === model) return known;
    return this.#population = this.#make(model, units);
  }

  /** Whether the surrogate draws the spikes. */
  get firesAtRandom(): boolean {
    return this.#population.noise.includes(surrogateNoise);
  }

  /** Adds a tensor that is learned. */
  addParameter(name: string, value: Tensor): void {
    this.parameters = { ...this.parameters, [name]: value };
    const { model, units } = this.#population;
    this.#population = this.#make(model, units);
  }

  /** The equations of the model without noise, as functions of tensors. */
  get equations(): ModelFunctions {
    const { design, surrogate, detachReset } = this.setting;
    const { model } = design;
    return this.#equations ??= modelFunctions(model, this.constants, surrogate, detachReset);
  }

  /** Returns a state variable, [N, D]. */
  read(name: string): Tensor {
    const { state } = this.memory;
    if (Object.hasOwn(state, name)) return state[name];
    throw new Error(
      `Cannot read ${name} of ${this.setting.name}: it has no value before forward()`,
    );
  }

  /** Charges the membrane with x, or resets it after a spike. */
  update(part: "charge" | "reset", value: Tensor): void {
    this.write(this.equations[part](this.memory.state, this.parameters, value));
  }

  /** Sets state variables. */
  write(values: Tensors): void {
    for (const [name, value] of Object.entries<unknown>(values)) {
      if (value instanceof Tensor) continue;
      refuse(`set ${name} of ${this.setting.name}`, "the value", value, "a tensor");
    }
    this.memory = { ...this.memory, state: { ...this.memory.state, ...values } };
  }

  /** The membrane after every step, [T, N, D]. */
  get vSeq(): Tensor {
    const { name, storeVSeq } = this.setting;
    const { vParts } = this.memory;
    if (vParts.length > 0) {
      return vParts.length > 1 ? stackAt(vParts.flatMap(stepsOf), 0) : vParts[0];
    }
    const hint = storeVSeq
      ? "it has no value before forward()"
      : "make the node with storeVSeq: true";
    throw new Error(`Cannot read vSeq of ${name}: ${hint}`);
  }

  /** Keeps v [T, N, D] as `vSeq`, after the part that is there if `goesOn` and the shape fits. */
  keepVSeq(v: Tensor, goesOn: boolean): void {
    const { vParts } = this.memory;
    const [first] = vParts;
    const fits = first?.backend === v.backend &&
      sameShape(first.shape.slice(1), v.shape.slice(1));
    this.memory = { ...this.memory, vParts: goesOn && fits ? [...vParts, v] : [v] };
  }

  /** Whether x [T, N, D] goes on from the state at hand. */
  isContinuedBy({ shape, backend }: Tensor): boolean {
    const values = Object.values(this.memory.state);
    return this.setting.design.isStateful === true && values.length > 0 &&
      values.every((s) => sameShape(s.shape, shape.slice(1)) && s.backend === backend);
  }

  /** Runs x [T, N, D] as one kernel. Also returns the membranes if the node keeps them. */
  run(model: Neuron, x: Tensor, noise: NoiseRecord, key: Key): { out: Tensor; vSeq?: Tensor } {
    const { shape: [, batch, units], backend } = x;
    const population = this.of(model, units);
    const params = fromStateDict(population, this.parameters);
    const first = this.isContinuedBy(x)
      ? this.memory.state
      : population.initialState(batch, { backend });
    const { state, spikes, trace } = population.trace(params, first, x, {
      names: this.setting.storeVSeq ? ["v"] : [],
      ...population.noise.length > 0 && { key: split(key)[1], noise },
    });
    this.memory = { ...this.memory, state };
    return { out: spikes, vSeq: trace.v };
  }

  /** Makes the population of a model. It learns the parameters of the model that `names` has. */
  #make(
    model: Neuron,
    units: number,
    names: readonly string[] = Object.keys(this.parameters),
  ): Population {
    const { design: { group = 0, defaults }, options, surrogate, detachReset } = this.setting;
    const params = Object.keys(model.params);
    const valueOf = (name: string) =>
      options[name] === undefined ? defaults?.[name] : options[name] as number | null;
    return populationOf(model, units, group, {
      surrogate,
      detachReset,
      params: Object.fromEntries(params.map((name) => [name, valueOf(name)])),
      learn: names.filter((name) => params.includes(name)),
    });
  }
}

/** The parts [N, D] of a sequence. */
function stepsOf(xSeq: Tensor): readonly Tensor[] {
  return Array.from({ length: xSeq.shape[0] }, (_, t) => partAt(xSeq, t));
}

/**
 * Adds a property for every state variable and parameter of the model. A name that the node's class
 * has, such as `v`, stays with the class.
 */
export function addModelProperties(node: object, population: NodePopulation): void {
  const add = (name: string, get: () => unknown, set?: (value: Tensor) => void) => {
    if (!(name in node)) Object.defineProperty(node, name, { get, set, configurable: true });
  };
  const { constants, variables } = population;
  for (const s of variables) {
    add(s, () => population.read(s), (value) => population.write({ [s]: value }));
  }
  for (const p of Object.keys(constants)) add(p, () => population.parameters[p] ?? constants[p]);
}
