import { describeOption } from "@spikeloop/errors";
import { showShape } from "@spikeloop/backend";
import { Tensor } from "@spikeloop/tensor";

/**
 * The tensors of `given` in the order of `expected`, whose names and shapes they must have. All that does not fit is
 * named in one error.
 *
 * @param what Says what is being done.
 * @throws {TypeError} if a tensor is missing, unexpected, of another shape or on another backend than the others.
 */
export function matchParameters(
  what: string,
  given: unknown,
  expected: Readonly<Record<string, Tensor>>,
): Readonly<Record<string, Tensor>> {
  const names = Object.keys(expected);
  const wanted = names.length === 0
    ? "an empty record: this node learns nothing"
    : `a record of ${names.map((n) => `"${n}" ${showShape(expected[n].shape)}`).join(", ")}`;
  if (
    typeof given !== "object" || given === null || given instanceof Tensor || Array.isArray(given)
  ) {
    throw new TypeError(`Cannot ${what}: given is ${describeOption(given)}, expected ${wanted}`);
  }
  const record = given as Readonly<Record<string, unknown>>;
  const problems = [
    ...names.flatMap((n) => problemOf(n, record[n], expected[n])),
    ...Object.keys(record).flatMap((n) =>
      Object.hasOwn(expected, n) ? [] : [`"${n}" is not expected`]
    ),
  ];
  if (problems.length > 0) {
    throw new TypeError(`Cannot ${what}: ${problems.join("; ")}; expected ${wanted}`);
  }
  const matched = Object.fromEntries(names.map((n) => [n, record[n] as Tensor]));
  const backends = new Set(names.map((n) => matched[n].backend));
  if (backends.size > 1) {
    throw new TypeError(
      `Cannot ${what}: tensors are on ${
        [...backends].map((b) => `"${b.name}"`).join(" and ")
      }, expected one backend`,
    );
  }
  return matched;
}

function problemOf(name: string, value: unknown, { shape }: Tensor): string[] {
  if (value === undefined) return [`"${name}" is missing`];
  if (!(value instanceof Tensor)) return [`"${name}" is ${describeOption(value)}, no tensor`];
  return showShape(value.shape) === showShape(shape)
    ? []
    : [`"${name}" has shape ${showShape(value.shape)} in place of ${showShape(shape)}`];
}
