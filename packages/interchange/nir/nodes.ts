import type { Tensor } from "@spikeloop/tensor";

/**
 * Additional data of a node: texts, numbers, tensors, lists of texts, and records of them by name.
 *
 * `readNir` leaves a value out if it is anything else, such as an array of integers beyond float32.
 * Nothing lists its name then, and asking for it throws the reason.
 */
export interface NirMetadata {
  /** A value by its name. */
  readonly [name: string]: string | number | Tensor | readonly string[] | NirMetadata;
}

/** How deep graphs, and records of metadata, may lie in each other. */
export const maxDepth = 100;

/** The fields of all nodes. */
export interface NirNodeBase<Type extends string> {
  /** The type of the node. */
  readonly type: Type;
  /** Additional data. */
  readonly metadata?: NirMetadata;
}

/** An input of the graph. */
export interface NirInput extends NirNodeBase<"Input"> {
  /** The extents of the signal. */
  readonly shape: readonly number[];
}

/** An output of the graph. */
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

/** Merges some axes into one. */
export interface NirFlatten extends NirNodeBase<"Flatten"> {
  /** The extents of the input, if they are known. */
  readonly inputType?: readonly number[];
  /** The first of the merged axes. */
  readonly startDim: number;
  /** The last of them; a negative number counts from the end. */
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

/** Nodes and the edges between them. A node may be a graph itself. */
export interface NirGraph extends NirNodeBase<"NIRGraph"> {
  /** The nodes by name. */
  readonly nodes: Readonly<Record<string, NirNode>>;
  /** The edges by the names of their nodes. Loops are recurrent connections. */
  readonly edges: readonly (readonly [from: string, to: string])[];
}

/** A node of a graph; its `type` says which. */
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

/** A field of a node. */
export interface Field {
  /** Its value: a tensor, a list of extents, or an integer. */
  readonly kind: "tensor" | "shape" | "integer";
  /** Whether it may be missing. */
  readonly optional?: true;
  /** Whether it has one number per unit: such fields of a node agree in shape. */
  readonly perUnit?: true;
}

const tensor: Field = { kind: "tensor" };
const perUnit: Field = { kind: "tensor", perUnit: true };
const optionalPerUnit: Field = { kind: "tensor", perUnit: true, optional: true };
const shape: Field = { kind: "shape" };

/** The fields of every node but the graph, by their names in this library. */
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
  IF: { r: perUnit, vThreshold: perUnit, vReset: optionalPerUnit },
  LI: { tau: perUnit, r: perUnit, vLeak: perUnit },
  LIF: { tau: perUnit, r: perUnit, vLeak: perUnit, vThreshold: perUnit, vReset: optionalPerUnit },
  CubaLI: { tauMem: perUnit, tauSyn: perUnit, r: perUnit, vLeak: perUnit, wIn: optionalPerUnit },
  CubaLIF: {
    tauMem: perUnit,
    tauSyn: perUnit,
    r: perUnit,
    vLeak: perUnit,
    vThreshold: perUnit,
    vReset: optionalPerUnit,
    wIn: optionalPerUnit,
  },
};

/** The name of a field in files: `v_threshold` for `vThreshold`. */
export function nameInFile(field: string): string {
  return field.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}
