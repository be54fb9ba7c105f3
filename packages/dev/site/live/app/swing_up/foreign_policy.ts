import { ilcSan } from "@spikeloop/actor";
import { readSafetensors, readTorch } from "@spikeloop/interchange";
import { cubaLif, integrateAndFire, lif, type Neuron } from "@spikeloop/neuron";
import type { Tensor } from "@spikeloop/tensor";
import { emptyStatistics } from "@spikeloop/training";
import { forPendulum, type SpikingPolicy } from "./read_policy.ts";
import type { Codes, FileFacts } from "./stage_messages.ts";

type Tensors = Readonly<Record<string, Tensor>>;

const neurons: Readonly<Record<string, Neuron>> = {
  CUBALIF: cubaLif,
  LIF: lif,
  IF: integrateAndFire,
};

/**
 * Reads the tensors of a state dict out of a safetensors file, or a file of PyTorch.
 *
 * @throws {SyntaxError} if it is neither.
 */
function readTensors(bytes: Uint8Array): Tensors {
  const isTorch = bytes[0] === 0x80 && bytes[8] !== 0x7b || bytes[0] === 0x50 && bytes[1] === 0x4b;
  return (isTorch ? readTorch(bytes) : readSafetensors(bytes)).tensors;
}

/**
 * The tensors of an ILC-SAN in a file, by SpikingJelly's names: those that stand beside
 * `encoder.mean`, in whatever part of the file that is.
 */
function ilcSanIn(tensors: Tensors): Tensors {
  const root = Object.keys(tensors).find((name) => /(^|\.)encoder\.mean$/.test(name));
  if (root === undefined) {
    const some = Object.keys(tensors).slice(0, 4).join(", ");
    throw new TypeError(
      `The file holds no ILC-SAN: there is no "encoder.mean" in it, only ${some || "nothing"}`,
    );
  }
  const prefix = root.slice(0, -"encoder.mean".length);
  const inside = /^(encoder|snn|decoder)\./;
  return Object.fromEntries(
    Object.entries(tensors).filter(([name]) => name.startsWith(prefix))
      .map(([name, x]) => [name.slice(prefix.length), x] as const)
      .filter(([name]) => inside.test(name)),
  );
}

/** The sizes of a network, as the shapes of its tensors tell them. */
function sizesOf(tensors: Tensors) {
  const names = Object.keys(tensors);
  const linears = names.filter((name) => /Linear\d+\.weight$/.test(name))
    .sort((a, b) => Number(/\d+(?=\.weight$)/.exec(a)) - Number(/\d+(?=\.weight$)/.exec(b)));
  const decoder = names.find((name) => /^decoder\..*weight$/.test(name));
  if (linears.length === 0 || decoder === undefined) {
    throw new TypeError("The file holds no whole ILC-SAN: it lacks linear layers, or the decoder");
  }
  const [, obsDim, encPopDim] = tensors["encoder.mean"].shape;
  const [actDim, , decPopDim] = tensors[decoder].shape;
  const node = names.map((name) => /(CUBALIF|LIF|IF)Node/.exec(name)?.[1]).find((x) => x) ??
    "CUBALIF";
  return {
    ...{ obsDim, encPopDim, actDim, decPopDim },
    hiddenSizes: linears.slice(0, -1).map((name) => tensors[name].shape[0]),
    neuron: neurons[node],
    hasConnection: names.some((name) => name.endsWith(".conn.weight")),
    hasRates: decoder === "decoder.decoder.weight",
  };
}

/** The sizes of the network in a file, as shapes tell them. */
export function factsOf(bytes: Uint8Array): FileFacts {
  const { obsDim, actDim, hiddenSizes, hasRates } = sizesOf(ilcSanIn(readTensors(bytes)));
  return { obsDim, actDim, hiddenSizes, hasRates };
}

/**
 * Makes a policy of a state dict, such as one of SpikingJelly's ILC-SAN, and of the settings that
 * such a file lacks.
 *
 * @throws {SyntaxError} if the bytes are neither safetensors nor of PyTorch.
 * @throws {TypeError} if they hold no ILC-SAN, or one of another task.
 */
export function foreignPolicy(bytes: Uint8Array, codes: Codes): SpikingPolicy {
  const tensors = ilcSanIn(readTensors(bytes));
  const { hasConnection, hasRates, ...sizes } = sizesOf(tensors);
  const actor = ilcSan({
    ...sizes,
    ...codes,
    decode: hasRates ? "fr-mlp" : codes.decode,
    connection: hasConnection ? undefined : "none",
  });
  const statistics = emptyStatistics(sizes.obsDim);
  return forPendulum({ actor, params: actor.loadStateDict(tensors), statistics });
}
