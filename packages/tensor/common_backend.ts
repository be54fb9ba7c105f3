import type { Backend } from "@spikeloop/backend";
import { fail } from "@spikeloop/errors";
import { describeForeign, tensorHint } from "./check_tensor.ts";
import { Tensor } from "./tensor.ts";

/** A tensor, or a number that stands for a scalar on any backend. */
export type TensorLike = Tensor | number;

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
      const value = `${describeForeign(x)} is neither a tensor nor a number${tensorHint(x)}`;
      fail(`run ${name}`, value);
    }
    backend ??= x.backend;
    if (x.backend !== backend) throwMixed(name, args, names, i);
  }
  return backend;
}

/** Throws the error about argument `other`, which is on another backend than the first. */
function throwMixed(
  name: string,
  args: readonly TensorLike[],
  names: readonly string[] | undefined,
  other: number,
): never {
  const first = args.findIndex((x) => x instanceof Tensor);
  const [a, b] = [first, other].map((i) => ({
    backend: (args[i] as Tensor).backend.name,
    text: names?.[i] ?? `argument ${i + 1}`,
  }));
  const host = [a, b].find(({ backend }) => backend === "cpu");
  const hint = host && `; await gpu.from(x) copies ${host.text} to the GPU`;
  return fail(
    `run ${name}`,
    `one tensor is on "${a.backend}", another on "${b.backend}": ` +
      `${a.text} and ${b.text}${hint ?? ""}`,
  );
}
