import type { Backend } from "@spikeloop/backend";
import {
  canonical,
  checkOptions,
  fail,
  refuse,
  takeCount,
  takeFlag,
  takeRecord,
} from "@spikeloop/errors";
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

/**
 * Reads a size that a node needs.
 *
 * @throws {TypeError} if it is not a number, or its name is written in another way, as in Python.
 * @throws {RangeError} if it is not an integer of at least 1.
 */
export function takeSize(action: string, name: string, options: Record<string, unknown>): number {
  const isAlike = (given: string) => canonical(given) === canonical(name);
  const given = options[name] === undefined ? Object.keys(options).find(isAlike) : undefined;
  if (given !== undefined) checkOptions(action, { [given]: options[given] }, [name]);
  return takeCount(action, name, options[name]);
}

/**
 * Reads the options that all nodes share.
 *
 * @throws {TypeError} if an option is unknown or of the wrong kind.
 */
export function readSetting(name: string, options: unknown, design: NodeDesign): NodeSetting {
  const action = `make ${name}`;
  const { model, defaults, learn = [] } = design;
  const record = takeRecord(action, "the record of options", options);
  if (model.noise !== undefined) {
    fail(action, `neuron "${model.name}" reads noise, which this node does not give it`);
  }
  const settable = Object.keys(model.params).filter((param) => !learn.includes(param));
  checkOptions(action, record, [
    ...settable,
    ...design.options ?? [],
    ...model.fire ? ["surrogateFunction", "detachReset"] : [],
    ...["storeVSeq", "key", "backend"],
  ]);
  const chosen = settable.flatMap((n) =>
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
