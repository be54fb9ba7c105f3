import type { Backend } from "@spikeloop/backend";
import { fail } from "@spikeloop/errors";
import { describeForeign, tensorHint } from "./check_tensor.ts";
import { Tensor } from "./tensor.ts";

/** A tensor, or a number in place of a scalar on any backend. */
export type TensorLike = Tensor | number;

/** The name of an argument without one, from 0 on. */
function ordinal(i: number): string {
  return i < 3 ? `the ${["first", "second", "third"][i]} argument` : `argument ${i + 1}`;
}

/**
 * The backend of all tensors in `args`; undefined if there are none.
 *
 * @param names The names of the arguments in messages.
 * @throws {TypeError} if an argument is neither a tensor nor a number.
 * @throws {TypeError} if two of them are on different backends.
 */
export function commonBackend(
  name: string,
  args: readonly TensorLike[],
  names?: readonly string[],
): Backend | undefined {
  let backend: Backend | undefined;
  for (let i = 0; i < args.length; i++) {
    const x = args[i];
    if (typeof x === "number") continue;
    if (!(x instanceof Tensor)) {
      const hint = Array.isArray(x) || ArrayBuffer.isView(x)
        ? " (use tensor(...) to make one of it)"
        : tensorHint(x);
      fail(`run ${name}`, `${describeForeign(x)} is neither a tensor nor a number${hint}`);
    }
    backend ??= x.backend;
    if (x.backend !== backend) throwMixed(name, args, names, i);
  }
  return backend;
}

/** Throws the error about the argument at `place`, which is on another backend than the first. */
function throwMixed(
  name: string,
  args: readonly TensorLike[],
  names: readonly string[] | undefined,
  place: number,
): never {
  const first = args.findIndex((x) => x instanceof Tensor);
  const places = [first, place].map((i) => {
    const { backend } = args[i] as Tensor;
    return { backend: `"${backend.name}"`, text: names?.[i] ?? ordinal(i) };
  });
  const [a, b] = places;
  const host = places.find(({ backend }) => backend === '"cpu"');
  const hint = host === undefined ? "" : `; await gpu.from(x) copies ${host.text} to the GPU`;
  return fail(
    `run ${name}`,
    `one tensor is on ${a.backend}, another on ${b.backend}: ${a.text} and ${b.text}${hint}`,
  );
}
