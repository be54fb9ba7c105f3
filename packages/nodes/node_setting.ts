import type { Backend } from "@spikeloop/backend";
import { checkOptions, fail, refuse, takeFlag, takeRecord } from "@spikeloop/errors";
import type { NeuronParams } from "@spikeloop/neuron";
import { type Key, takeKey } from "@spikeloop/random";
import { asSurrogate, rect, type Surrogate } from "@spikeloop/surrogate";
import type { NodeDesign } from "./node_design.ts";

/** The fixed part of a node, read from its options. */
export interface NodeSetting {
  /** The class, for messages. */
  readonly name: string;
  readonly design: NodeDesign;
  /** The model's parameters that differ from its defaults. */
  readonly params: NeuronParams;
  readonly surrogate: Surrogate;
  readonly detachReset: boolean;
  readonly storeVSeq: boolean;
  readonly key: Key;
  readonly backend: Backend | undefined;
}

/** `key(0)`. */
const keyOfZero: Key = { high: 0, low: 0 };

/** The model's parameters that options set. */
const settable = ({ model, learn = [] }: NodeDesign) =>
  Object.keys(model.params).filter((param) => !learn.includes(param));

/**
 * Checks the names of a node's options, before any of them is read.
 *
 * @param expected A record of options in words, if `a record` does not say enough.
 * @throws {TypeError} if the options are no record, or one is unknown.
 */
export function takeOptions(
  action: string,
  options: unknown,
  design: NodeDesign,
  expected?: string,
): Readonly<Record<string, unknown>> {
  const record = takeRecord(action, "the record of options", options, expected);
  checkOptions(action, record, [
    ...settable(design),
    ...design.options ?? [],
    ...design.model.fire ? ["surrogateFunction", "detachReset"] : [],
    ...["storeVSeq", "key", "backend"],
  ]);
  return record;
}

/**
 * Reads the options that all nodes share.
 *
 * @throws {TypeError} if an option is unknown or of the wrong kind.
 */
export function readSetting(name: string, options: unknown, design: NodeDesign): NodeSetting {
  const action = `make ${name}`;
  const { model, defaults } = design;
  const record = takeOptions(action, options, design);
  if (model.noise !== undefined) {
    fail(action, `neuron "${model.name}" reads noise, which this node does not give it`);
  }
  const chosen = settable(design).flatMap((n) =>
    record[n] === undefined ? [] : [[n, record[n] as number | null]]
  );
  return {
    name,
    design,
    params: { ...defaults, ...Object.fromEntries(chosen) },
    surrogate: record.surrogateFunction === undefined
      ? (design.surrogate ?? rect)()
      : readSurrogate(action, record.surrogateFunction),
    detachReset: takeFlag(action, "detachReset", record.detachReset ?? false),
    storeVSeq: takeFlag(action, "storeVSeq", record.storeVSeq ?? false),
    key: takeKey(action, "key", record.key ?? keyOfZero),
    backend: readBackend(action, record.backend),
  };
}

function readSurrogate(action: string, value: unknown): Surrogate {
  try {
    return asSurrogate(value);
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    return fail(action, `surrogateFunction does not fit. ${error.message}`);
  }
}

function readBackend(action: string, value: unknown): Backend | undefined {
  const { upload }: { upload?: unknown } = Object(value);
  if (value === undefined || typeof upload === "function") return value as Backend | undefined;
  return refuse(action, "backend", value, "one such as cpu or await webgpu()");
}
