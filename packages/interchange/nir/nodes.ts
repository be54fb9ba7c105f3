import type { Tensor } from "@spikeloop/tensor";

/** What a node may carry besides: texts, numbers and tensors by name. */
export type NirMetadata = Readonly<Record<string, string | number | Tensor>>;

/** What all nodes share. */
export interface NirNodeBase<Type extends string> {
  /** Which node it is. */
  readonly type: Type;
  /** Anything else. */
  readonly metadata?: NirMetadata;
}

/** Where signals come in. */
export interface NirInput extends NirNodeBase<"Input"> {
  /** The extents of the signal. */
  readonly shape: readonly number[];
}

/** Where signals go out. */
export interface NirOutput extends NirNodeBase<"Output"> {
  /** The extents of the signal. */
  readonly shape: readonly number[];
}

/** y = W·x + b */
export interface NirAffine extends NirNodeBase<"Affine"> {
  /** W, [outputs, inputs]. */
  readonly weight: Tensor;
  /** b, [outputs]. */
  readonly bias: Tensor;
}

/** y = W·x */
export interface NirLinear extends NirNodeBase<"Linear"> {
  /** W, [outputs, inputs]. */
  readonly weight: Tensor;
}

/** y = s·x, elementwise. */
export interface NirScale extends NirNodeBase<"Scale"> {
  /** s */
  readonly scale: Tensor;
}

/** z = 1 where x > θ, else 0. */
export interface NirThreshold extends NirNodeBase<"Threshold"> {
  /** θ */
  readonly threshold: Tensor;
}

/** y(t) = x(t - τ) */
export interface NirDelay extends NirNodeBase<"Delay"> {
  /** τ, in seconds. */
  readonly delay: Tensor;
}

/** Some axes become one. */
export interface NirFlatten extends NirNodeBase<"Flatten"> {
  /** The extents of the signal, if they are known. */
  readonly inputType?: readonly number[];
  /** The first of the axes. */
  readonly startDim: number;
  /** The last of them; negative ones count from the end. */
  readonly endDim: number;
}

/** v̇ = R·I */
export interface NirI extends NirNodeBase<"I"> {
  /** R */
  readonly r: Tensor;
}

/** v̇ = R·I; a spike and v = vReset where v > vThreshold. */
export interface NirIF extends NirNodeBase<"IF"> {
  /** R */
  readonly r: Tensor;
  /** The threshold. */
  readonly vThreshold: Tensor;
  /** The membrane after a spike; 0 if missing. */
  readonly vReset?: Tensor;
}

/** τ·v̇ = (vLeak - v) + R·I */
export interface NirLI extends NirNodeBase<"LI"> {
  /** τ, in seconds. */
  readonly tau: Tensor;
  /** R */
  readonly r: Tensor;
  /** The membrane at rest. */
  readonly vLeak: Tensor;
}

/** τ·v̇ = (vLeak - v) + R·I; a spike and v = vReset where v > vThreshold. */
export interface NirLIF extends NirNodeBase<"LIF"> {
  /** τ, in seconds. */
  readonly tau: Tensor;
  /** R */
  readonly r: Tensor;
  /** The membrane at rest. */
  readonly vLeak: Tensor;
  /** The threshold. */
  readonly vThreshold: Tensor;
  /** The membrane after a spike; 0 if missing. */
  readonly vReset?: Tensor;
}

/** τₛ·İ = -I + wᵢₙ·S, τₘ·v̇ = (vLeak - v) + R·I */
export interface NirCubaLI extends NirNodeBase<"CubaLI"> {
  /** τₘ, in seconds. */
  readonly tauMem: Tensor;
  /** τₛ, in seconds. */
  readonly tauSyn: Tensor;
  /** R */
  readonly r: Tensor;
  /** The membrane at rest. */
  readonly vLeak: Tensor;
  /** The weight of the input; 1 if missing. */
  readonly wIn?: Tensor;
}

/** τₛ·İ = -I + wᵢₙ·S, τₘ·v̇ = (vLeak - v) + R·I; a spike and v = vReset where v > vThreshold. */
export interface NirCubaLIF extends NirNodeBase<"CubaLIF"> {
  /** τₘ, in seconds. */
  readonly tauMem: Tensor;
  /** τₛ, in seconds. */
  readonly tauSyn: Tensor;
  /** R */
  readonly r: Tensor;
  /** The membrane at rest. */
  readonly vLeak: Tensor;
  /** The threshold. */
  readonly vThreshold: Tensor;
  /** The membrane after a spike; 0 if missing. */
  readonly vReset?: Tensor;
  /** The weight of the input; 1 if missing. */
  readonly wIn?: Tensor;
}

/** Nodes and what goes from one to another; a node may be a graph itself. */
export interface NirGraph extends NirNodeBase<"NIRGraph"> {
  /** The nodes by name. */
  readonly nodes: Readonly<Record<string, NirNode>>;
  /** From which node to which. Loops are recurrent connections. */
  readonly edges: readonly (readonly [from: string, to: string])[];
}

/** A node of a graph; `type` says which. */
export type NirNode =
  | NirInput
  | NirOutput
  | NirAffine
  | NirLinear
  | NirScale
  | NirThreshold
  | NirDelay
  | NirFlatten
  | NirI
  | NirIF
  | NirLI
  | NirLIF
  | NirCubaLI
  | NirCubaLIF
  | NirGraph;

/** What a field of a node holds. */
export interface Field {
  /** A tensor, extents, or an integer. */
  readonly kind: "tensor" | "shape" | "integer";
  /** It may be missing. */
  readonly optional?: true;
  /** It has the shape of the other fields that say so. */
  readonly perUnit?: true;
}

const tensor: Field = { kind: "tensor" };
const perUnit: Field = { kind: "tensor", perUnit: true };
const maybe: Field = { kind: "tensor", perUnit: true, optional: true };
const shape: Field = { kind: "shape" };

/** The fields of every node but the graph, by their names here. */
export const fieldsOf: Readonly<
  Record<Exclude<NirNode["type"], "NIRGraph">, Readonly<Record<string, Field>>>
> = {
  Input: { shape },
  Output: { shape },
  Affine: { weight: tensor, bias: tensor },
  Linear: { weight: tensor },
  Scale: { scale: tensor },
  Threshold: { threshold: tensor },
  Delay: { delay: tensor },
  Flatten: {
    inputType: { kind: "shape", optional: true },
    startDim: { kind: "integer" },
    endDim: { kind: "integer" },
  },
  I: { r: perUnit },
  IF: { r: perUnit, vThreshold: perUnit, vReset: maybe },
  LI: { tau: perUnit, r: perUnit, vLeak: perUnit },
  LIF: { tau: perUnit, r: perUnit, vLeak: perUnit, vThreshold: perUnit, vReset: maybe },
  CubaLI: { tauMem: perUnit, tauSyn: perUnit, r: perUnit, vLeak: perUnit, wIn: maybe },
  CubaLIF: {
    tauMem: perUnit,
    tauSyn: perUnit,
    r: perUnit,
    vLeak: perUnit,
    vThreshold: perUnit,
    vReset: maybe,
    wIn: maybe,
  },
};

/** A field's name in files: `v_threshold` for `vThreshold`. */
export function nameInFile(field: string): string {
  return field.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}
