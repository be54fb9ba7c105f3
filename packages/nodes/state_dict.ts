// The parameters of a node by their names in SpikingJelly's state dictionaries.
import { sameShape, showShape } from "@spikeloop/backend";
import { describeOption, didYouMean, fail, isRecord, refuse } from "@spikeloop/errors";
import type { Population, Tensors } from "@spikeloop/functional";
import { Tensor } from "@spikeloop/tensor";
import type { NodeParameters } from "./node_design.ts";

/** The names that the state dictionary has for the tensors of a connection. */
const connection: Readonly<Record<string, string>> = {
  weight: "conn.weight",
  bias: "conn.bias",
};

/** A population's parameters by their names in the state dictionary. */
export function toStateDict(params: Tensors): NodeParameters {
  return Object.fromEntries(Object.entries(params).map(([n, p]) => [connection[n] ?? n, p]));
}

/** A population's parameters out of all of a node's. */
export function fromStateDict(
  { group, learned }: Population,
  parameters: NodeParameters,
): Tensors {
  const names = group > 0 ? [...Object.keys(connection), ...learned] : learned;
  return Object.fromEntries(names.map((n) => [n, parameters[connection[n] ?? n]]));
}

/**
 * Returns the tensors of `values` in the order of `expected`, whose names and shapes they must
 * have. One error names all that does not fit.
 *
 * @throws {TypeError} if a tensor is missing, unexpected, of another shape or on another backend
 * than the others.
 */
export function matchParameters(
  action: string,
  values: unknown,
  expected: NodeParameters,
): NodeParameters {
  const names = Object.keys(expected);
  const wanted = names.length === 0
    ? "an empty record: this node learns nothing"
    : `a record of tensors ${
      names.map((n) => `"${n}" ${showShape(expected[n].shape)}`).join(", ")
    }`;
  if (!isRecord(values)) {
    refuse(action, "it", values, wanted);
  }
  const missing = names.filter((n) => values[n] === undefined);
  const extra = Object.keys(values).filter((n) => !names.includes(n));
  const problems = [
    ...names.flatMap((n) => problemOf(n, values[n], expected[n])),
    ...extra.map((n) => `"${n}" is not expected${didYouMean(n, missing)}`),
  ];
  if (problems.length > 0) fail(action, `${problems.join("; ")}; expected ${wanted}`);
  const tensors = Object.fromEntries(names.map((n) => [n, values[n] as Tensor]));
  const backends = new Set(Object.values(tensors).map((t) => t.backend));
  if (backends.size > 1) {
    const names = [...backends].map((b) => `"${b.name}"`).join(" and ");
    fail(action, `tensors are on ${names}, expected one backend`);
  }
  return tensors;
}

function problemOf(name: string, value: unknown, { shape }: Tensor): string[] {
  if (!(value instanceof Tensor)) return [`"${name}" is ${describeOption(value)}`];
  return sameShape(value.shape, shape) ? [] : [`"${name}" has shape ${showShape(value.shape)}`];
}
