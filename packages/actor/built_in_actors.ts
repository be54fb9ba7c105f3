import type { Actor } from "./actor.ts";

const actors = /* @__PURE__ */ new WeakSet<Actor>();

/** Notes that a function of this package has made an actor, and returns it. */
export function builtIn<A extends Actor>(actor: A): A {
  actors.add(actor);
  return actor;
}

/**
 * Whether `ilcSan` or `mlpActor` has made this very actor: it is no copy with another part, and no
 * network of one's own.
 *
 * @example
 * ```ts
 * import { isBuiltInActor, mlpActor } from "@spikeloop/actor";
 * import { assertEquals } from "@std/assert";
 *
 * const actor = mlpActor({ obsDim: 3, actDim: 1 });
 * assertEquals([actor, { ...actor }].map(isBuiltInActor), [true, false]);
 * ```
 */
export function isBuiltInActor(actor: Actor): boolean {
  return actors.has(actor);
}
