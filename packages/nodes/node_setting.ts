import type { Backend } from "@spikeloop/backend";
import { checkOptions, fail, refuse, takeFlag, takeRecord } from "@spikeloop/errors";
import { type Key, takeKey } from "@spikeloop/random";
import { asSurrogate, rect, type Surrogate } from "@spikeloop/surrogate";
import type { NodeDesign } from "./node_design.ts";

/** The fixed part of a node, read from its options. */
export interface NodeSetting {
  /** The class, for messages. */
  readonly name: string;
  readonly design: NodeDesign;
  /** The options as they were, parameters of the model among them. */
  readonly options: Readonly<Record<string, unknown>>;
  readonly surrogate: Surrogate;
  readonly detachReset: boolean;
  readonly storeVSeq: boolean;
  readonly key: Key;
  readonly backend: Backend | undefined;
}

/** `key(0)`. */
const keyOfZero: Key = { high: 0, low: 0 };

/**
 * Checks the names of a node's options, before any of them is read.
 *
 * @param expected A record of options in words, if `a record` does not say enough.
 * @throws {TypeError} if the options are no record, or one is unknown.
 */
export function takeOptions(
  action: string,
  options: unknown,
  { model, learn = [], options: own = [] }: NodeDesign,
  expected?: string,
): Readonly<Record<string, unknown>> {
  const record = takeRecord(action, "the record of options", options, expected);
  checkOptions(action, record, [
    ...Object.keys(model.params).filter((param) => !learn.includes(param)),
    ...own,
    ...model.fire ? ["surrogateFunction", "detachReset"] : [],
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
  const { model } = design;
  const record = takeOptions(action, options, design);
  if (model.noise !== undefined) {
    fail(action, `neuron "${model.name}" reads noise, which this node lacks`);
  }
  return {
    name,
    design,
    options: { ...record },
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
  const backend = value as Partial<Backend> | null | undefined;
  if (value === undefined || typeof backend?.upload === "function") return value as Backend;
  return refuse(action, "backend", value, "one such as cpu or await webgpu()");
}
