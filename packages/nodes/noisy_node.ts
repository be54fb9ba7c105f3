import { takeCount, takeFlag, takeNumber } from "@spikeloop/errors";
import { type Neuron, noisy } from "@spikeloop/neuron";
import { type Key, key, split, takeKey } from "@spikeloop/random";
import { add, full, mul, type Tensor } from "@spikeloop/tensor";
import { BaseNode } from "./base_node.ts";
import { ILCModelNode, type ILCNodeOptions, ilcSizes, ilcUnits } from "./ilc_base_node.ts";
import type {
  NodeDesign,
  NodeOptions,
  NoiseRecord,
  NoisyEquations,
  SpikingNodeOptions,
  Units,
} from "./node_design.ts";
import type { SpikingMembers } from "./node_members.ts";
import { takeOptions } from "./node_setting.ts";
import { ColoredNoise } from "./noise/colored_noise.ts";
import { NonSpikingNode } from "./non_spiking_node.ts";

/** The options that set the noise of a node. */
export interface NodeNoiseOptions {
  /** T, the number of steps of every sequence; 5 if missing. */
  readonly T?: number;
  /** Whether the node hears noise; true if missing. The node's `isTraining` turns it on and off. */
  readonly isTraining?: boolean;
  /** The noise has a standard deviation of sigmaInit / √D; 0.5 if missing. */
  readonly sigmaInit?: number;
  /** The colour of the noise: its power falls with frequency f as f^-beta. 0, white, if missing. */
  readonly beta?: number;
}

/** The options of spiking nodes with coloured noise and without a lateral connection. */
export interface NoisyNodeOptions extends SpikingNodeOptions, NodeNoiseOptions {
  /** D. */
  readonly numNode: number;
}

/** The options of nodes with coloured noise and a lateral connection. */
export interface NoisyILCNodeOptions extends ILCNodeOptions, NodeNoiseOptions {}

/**
 * The part of a node that has to do with coloured noise. Every sequence has T steps. Before the
 * node runs with noise, draw some with `resetNoise`, or pass some to `loadColoredNoise`.
 */
export interface HearsNoise {
  /** Whether the node hears noise. */
  isTraining: boolean;
  /** T, the number of steps of every sequence. */
  readonly T: number;
  /** The colour of the noise: its power falls with frequency f as f^-beta. */
  readonly beta: number;
  /** D. */
  readonly numNode: number;
  /**
   * Draws the noise of the next `count` sequences. It is coloured across all of their steps, and
   * the same in all rows of a batch. Each `forward` with noise moves on to the next sequence's;
   * `apply` does not.
   *
   * @param key Draws it; if missing, a part of the node's own key that was not used before.
   * @throws {RangeError} if `count` is not a positive integer, or there are fewer than two steps in
   * all.
   */
  resetNoise(count: number, key?: Key): void;
  /**
   * Returns the noise of the last `forward`, [T, D] on the input, or [T, 2·D] on the input and the
   * output.
   *
   * @throws {Error} if no noise was drawn, or none of it has been heard.
   */
  getColoredNoise(): Tensor;
  /**
   * Makes the node hear this noise, [N, T, D] or [N, T, 2·D], one row each of the batch, until
   * `cancelLoad`.
   *
   * @throws {TypeError} if it is not a tensor of that shape.
   */
  loadColoredNoise(noise: Tensor): void;
  /** Goes back to the noise that was drawn. */
  cancelLoad(): void;
}

/** The scales of the noise on spiking nodes. */
export interface NoiseScales {
  /** The standard deviation of the noise on the input. */
  readonly sigmaV: number;
  /** The standard deviation of the noise on the output. */
  readonly sigmaS: number;
}

/** A class whose nodes hear noise. TypeScript wants `any[]` in the constructors of mixins. */
// deno-lint-ignore no-explicit-any
export type NoiseMixin<More = unknown> = abstract new (...args: any[]) => HearsNoise & More;

// deno-lint-ignore no-explicit-any
type NodeClass = abstract new (...args: any[]) => BaseNode;

const optionNames: readonly string[] = ["T", "isTraining", "sigmaInit", "beta"];

/**
 * Returns the subclass of `base` whose nodes hear coloured noise.
 *
 * @param own The options that `base` reads itself, and those that hold D.
 * @param readUnits Checks the names of the options, and reads D.
 */
function withNoise<Base extends NodeClass>(
  base: Base,
  own: readonly string[],
  readUnits: (action: string, options: unknown, design: NodeDesign) => Units,
): Base & NoiseMixin {
  abstract class Noisy extends base implements HearsNoise {
    readonly numNode: number;
    readonly T: number;
    readonly beta: number;
    readonly #equations: NoisyEquations;
    readonly #noise: ColoredNoise;
    readonly #sigma: number;
    #unusedKey: Key;

    // deno-lint-ignore no-explicit-any
    constructor(...args: any[]) {
      const [options, given] = args as [NodeNoiseOptions & NodeOptions, NodeDesign];
      const node = new.target.name;
      const action = `make ${node}`;
      const names = [...own, ...optionNames, ...given.options ?? []];
      const design = { ...given, options: names };
      const units = readUnits(action, options, design);
      const equations = design.noise ??
        { model: noisy(design.model), input: "sigmaV", output: "sigmaS" };
      const { input, output } = equations;
      const { T = 5, isTraining = true, sigmaInit = 0.5, beta = 0, backend } = options;
      const sigma = takeNumber(action, "sigmaInit", sigmaInit, { min: 0 }) / Math.sqrt(units.count);
      super(options, {
        ...design,
        units,
        defaults: { ...design.defaults, [input]: sigma, ...output && { [output]: sigma } },
        noise: equations,
      });
      this.numNode = units.count;
      this.T = takeCount(action, "T", T);
      this.beta = takeNumber(action, "beta", beta);
      this.#equations = equations;
      this.#sigma = sigma;
      this.#noise = new ColoredNoise({
        node,
        units: units.count,
        steps: T,
        beta,
        parts: output === undefined ? 1 : 2,
        isTraining: takeFlag(action, "isTraining", isTraining),
      });
      this.#unusedKey = split(takeKey(action, "key", options.key ?? key(0)), 4)[3];
      if (equations.isLearned) this.addParameter(input, full([units.count], sigma, { backend }));
    }

    get isTraining(): boolean {
      return this.#noise.isTraining;
    }

    set isTraining(value: boolean) {
      this.#noise.isTraining = takeFlag(`run ${this.constructor.name}`, "isTraining", value);
    }

    resetNoise(count: number, from: Key = this.#nextKey()): void {
      this.#noise.reset(count, from);
    }

    #nextKey(): Key {
      const [unused, next] = split(this.#unusedKey);
      this.#unusedKey = unused;
      return next;
    }

    getColoredNoise(): Tensor {
      return this.#noise.current();
    }

    loadColoredNoise(noise: Tensor): void {
      this.#noise.load(noise);
    }

    cancelLoad(): void {
      this.#noise.cancelLoad();
    }

    override forward(xSeq: Tensor): Tensor {
      const out = super.forward(xSeq);
      this.#noise.advance();
      return out;
    }

    protected override get activeModel(): Neuron {
      return this.isTraining ? this.#equations.model : super.activeModel;
    }

    protected override noiseFor(x: Tensor): NoiseRecord {
      const [noiseV, noiseS] = this.#noise.sequences(x);
      return { ...noiseV && { noiseV }, ...noiseS && { noiseS } };
    }

    protected override runStep(x: Tensor, noise: NoiseRecord): Tensor {
      if (!this.isTraining) return super.runStep(x, noise);
      const { input, output, isLearned } = this.#equations;
      const scale = isLearned ? this.parameter(input) : Math.fround(this.#sigma);
      const out = super.runStep(add(x, mul(scale, noise.noiseV)), noise);
      return output === undefined ? out : add(out, mul(scale, noise.noiseS));
    }
  }
  return Noisy;
}

function numNodeUnits(action: string, options: unknown, design: NodeDesign): Units {
  const { numNode } = takeOptions(action, options, design);
  const count = takeCount(action, "numNode", numNode);
  return { count, because: `numNode ${count}` };
}

/** A node as TypeScript sees it: `NoisyNode` is a value. */
export type NoisyNode = BaseNode & SpikingMembers & HearsNoise & NoiseScales;

/**
 * Units without a lateral connection and with coloured noise on their input and output:
 *
 *     input[t] = x[t] + sigmaV·noiseV[t],   out[t] = spike[t] + sigmaS·noiseS[t]
 *
 * The reset follows the spike without noise. sigmaV = sigmaS = sigmaInit / √D. Every sequence
 * starts at rest and has T steps.
 *
 * @example A definition of your own as a class of such nodes.
 * ```ts
 * import { lif } from "@spikeloop/neuron";
 * import { NoisyNode, type NoisyNodeOptions } from "@spikeloop/nodes";
 * import { ones } from "@spikeloop/tensor";
 * import { assertEquals } from "@std/assert";
 *
 * class NoisyLIFNode extends NoisyNode {
 *   constructor(options: NoisyNodeOptions) {
 *     super(options, { model: lif });
 *   }
 * }
 *
 * const node = new NoisyLIFNode({ numNode: 3, T: 5 });
 * node.resetNoise(100);
 * assertEquals(node.forward(ones([5, 1, 3])).shape, [5, 1, 3]);
 * ```
 */
export const NoisyNode: typeof BaseNode & NoiseMixin<SpikingMembers & NoiseScales> =
  /* @__PURE__ */ withNoise(
    BaseNode,
    ["numNode"],
    numNodeUnits,
  ) as typeof BaseNode & NoiseMixin<SpikingMembers & NoiseScales>;

/** A node as TypeScript sees it: `NoisyILCNode` is a value. */
export type NoisyILCNode = ILCModelNode & HearsNoise & NoiseScales;

/**
 * Units with a lateral connection and with coloured noise on their input and output:
 *
 *     input[t] = (x[t] + lateral[t]) + sigmaV·noiseV[t],   out[t] = spike[t] + sigmaS·noiseS[t]
 *
 * The reset follows the spike without noise; the lateral connection carries `out`. sigmaV = sigmaS
 * = sigmaInit / √D. Groups and connection are those of `ILCBaseNode`. Every sequence has T steps.
 *
 * @example A definition of your own as a class of such nodes.
 * ```ts
 * import { NoisyILCNode, type NoisyILCNodeOptions } from "@spikeloop/nodes";
 * import { tauLif } from "@spikeloop/neuron";
 * import { ones } from "@spikeloop/tensor";
 * import { assertEquals } from "@std/assert";
 *
 * class NoisyILCTauLIFNode extends NoisyILCNode {
 *   constructor(options: NoisyILCNodeOptions) {
 *     super(options, { model: tauLif });
 *   }
 * }
 *
 * const node = new NoisyILCTauLIFNode({ actDim: 2, decPopDim: 3, T: 5 });
 * node.resetNoise(100);
 * assertEquals(node.forward(ones([5, 1, 6])).shape, [5, 1, 6]);
 * ```
 */
export const NoisyILCNode: typeof ILCModelNode & NoiseMixin<NoiseScales> =
  /* @__PURE__ */ withNoise(ILCModelNode, ilcSizes, ilcUnits) as
    & typeof ILCModelNode
    & NoiseMixin<NoiseScales>;

/** A node as TypeScript sees it: `NoisyNonSpikingNode` is a value. */
export type NoisyNonSpikingNode = NonSpikingNode & HearsNoise;

/** Units that never spike, with coloured noise on their input. The class sets `design.noise`. */
export const NoisyNonSpikingNode: typeof NonSpikingNode & NoiseMixin = /* @__PURE__ */ withNoise(
  NonSpikingNode,
  ["numNode", "decode"],
  numNodeUnits,
);
