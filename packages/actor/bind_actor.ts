import { fail, isRecord, refuse } from "@spikeloop/errors";
import type { Key } from "@spikeloop/random";
import { checkReadable, type Tensor, tensor } from "@spikeloop/tensor";
import type { ActorParams, BoundActor } from "./actor.ts";
import { type ActionHead, logStdName } from "./action_head.ts";

/** Computes numbers of one observation. */
export type RunOne = (observation: Float32Array, into: Float32Array, key: Key | undefined) => void;

/** The functions of a bound actor. */
export interface OneObservation {
  /** Computes the outputs of the network. */
  readonly outputs: RunOne;
  /** Computes the action; the head makes it of the outputs if missing. */
  readonly action?: RunOne;
}

/**
 * Checks that parameters can be read at once, as single observations need them.
 *
 * @throws {TypeError} if one is on a GPU.
 */
export function checkParamsReadable(action: string, params: ActorParams): void {
  for (const name in params) {
    checkReadable(action, `parameter "${name}"`, params[name], "params");
  }
}

/** Makes a bound actor of functions of one observation. */
export function makeBoundActor(
  obsDim: number,
  head: ActionHead,
  params: ActorParams,
  run: OneObservation,
): BoundActor {
  const input = new Float32Array(obsDim);
  const numbers = new Float32Array(head.outputs);
  const read = (observation: ArrayLike<number>) => {
    if (observation?.length !== obsDim) refuseObservation(observation, obsDim);
    for (let i = 0; i < obsDim; i++) {
      const x: unknown = observation[i];
      input[i] = typeof x === "number" ? x : refuse("act", `observation[${i}]`, x, "a number");
    }
  };
  return Object.freeze<BoundActor>({
    act: (observation, into = new Float32Array(head.actDim), key) => {
      if (!isArrayOf(into, head.actDim)) refuseInto(into, head.actDim);
      read(observation);
      if (run.action === undefined) {
        run.outputs(input, numbers, key);
        return head.write(numbers, into);
      }
      run.action(input, into, key);
      return into;
    },
    outputs: (observation, into = new Float32Array(head.outputs), key) => {
      if (!isArrayOf(into, head.outputs)) refuseInto(into, head.outputs);
      read(observation);
      run.outputs(input, into, key);
      return into;
    },
    ...head.logStd === "parameter" && { logStd: params[logStdName].dataSync().slice() },
  });
}

/** Computes outputs by a function of tensors. */
export function outputsByTensors(
  obsDim: number,
  apply: (observation: Tensor, key: Key | undefined) => Tensor,
): OneObservation {
  return {
    outputs: (observation, into, key) =>
      into.set(apply(tensor(observation, [1, obsDim]), key).dataSync()),
  };
}

const isArrayOf = (into: unknown, length: number) =>
  into instanceof Float32Array && into.length === length;

function refuseObservation(value: unknown, obsDim: number): never {
  const length = isRecord(value) || typeof value !== "object" || value === null
    ? undefined
    : (value as ArrayLike<number>).length;
  if (length === undefined) return refuse("act", "the observation", value, "an array of numbers");
  return fail("act", `the observation has length ${length}, expected ${obsDim}`);
}

function refuseInto(value: unknown, length: number): never {
  return value instanceof Float32Array
    ? fail("act", `into has length ${value.length}, expected ${length}`)
    : refuse("act", "into", value, `a Float32Array of ${length}`);
}
