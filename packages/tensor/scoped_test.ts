import { assert, assertEquals, assertThrows } from "@std/assert";
import type { Backend, Storage } from "@spikeloop/backend";
import { cpu } from "@spikeloop/cpu";
import { tensor } from "./create.ts";
import { add, mul } from "./functions.ts";
import { grad, valueAndGrad } from "./grad.ts";
import { scoped } from "./scoped.ts";
import { runMap } from "./run_skeletons.ts";
import type { Tensor } from "./tensor.ts";

/** The CPU with scopes, and a note of what was released in which order. */
function counting(): { backend: Backend; released: number[] } {
  const released: number[] = [];
  const scopes: Storage[][] = [];
  const put = (storage: Storage) => (scopes.at(-1)?.push(storage), storage);
  const backend: Backend = {
    ...cpu,
    name: "counting",
    upload: (data) => put(cpu.upload(data)),
    map: (...args) => runMap(cpu, ...args).map(put),
    release: (storage) => void released.push((storage as Float32Array)[0]),
    openScope: () => void scopes.push([]),
    closeScope: (keep) => {
      const [storages, survivors] = [scopes.pop() ?? [], new Set(keep)];
      for (const s of storages) if (!survivors.has(s)) backend.release?.(s);
      return storages.filter((s) => survivors.has(s));
    },
  };
  return { backend, released };
}

Deno.test("scoped() releases tensors of a call when it ends, and its results when the next one ends", () => {
  const { backend, released } = counting();
  const step = scoped(backend, (x: Tensor) => ({ next: [add(add(x, 1), 10)], count: 3 }));
  const first = tensor([0], undefined, { backend });
  const second = step(first).next[0];
  assertEquals(released, [1]);
  const third = step(second).next[0];
  assertEquals(released, [1, 12, 11]);
  assertEquals([...third.dataSync()], [22]);
});

Deno.test("scoped() releases neither results that are returned again, nor the last ones after an error", () => {
  const { backend, released } = counting();
  const pick = scoped(backend, (x: Tensor, how: "new" | "same" | "fail") => {
    if (how === "fail") throw new RangeError("failed");
    return how === "new" ? add(x, 1) : x;
  });
  const picked = pick(tensor([5], undefined, { backend }), "new");
  pick(picked, "same");
  assertThrows(() => pick(picked, "fail"), RangeError, "failed");
  assertEquals(released, []);
  pick(picked, "new");
  assertEquals(released, [6]);
});

Deno.test("inside a gradient nothing is released before it ends", () => {
  const { backend, released } = counting();
  const square = scoped(backend, (x: Tensor) => mul(add(x, 1), add(x, 2)));
  const around = (x: Tensor) => {
    const inner = mul(square(x), grad(square)(x));
    assertEquals(released, []);
    return inner;
  };
  const [value, slope] = valueAndGrad(around)(tensor(3, undefined, { backend }));
  assertEquals([value.item(), slope.item()], [180, 121]); // (x + 1)(x + 2)(2x + 3)
  assert(released.length > 0);
});

Deno.test("scoped() refuses a function that returns a promise", () => {
  const f = scoped(cpu, () => Promise.resolve(1));
  assertThrows(() => f(), TypeError, "it returned a promise, and the scope ends with the call");
});
