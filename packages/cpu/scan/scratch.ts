import { Scratch } from "./memory.ts";

let made: Scratch | undefined;

/** The memory that all kernels of this thread work in, made when first needed. */
export function scratch(): Scratch {
  return made ??= new Scratch();
}
