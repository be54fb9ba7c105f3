import { assert, assertEquals, assertThrows } from "@std/assert";
import type { Backend, Storage } from "@spikeloop/backend";
import { cpu } from "@spikeloop/cpu";
import { floats, generator, leaky, slopes } from "@spikeloop/dev/testing";
import { fail } from "@spikeloop/errors";
import { bindScan } from "./bind_scan.ts";
import { tensor } from "./create.ts";
import { add, mul } from "./functions.ts";
import { grad, valueAndGrad } from "./grad.ts";
import type { ScanState } from "./scan_setting.ts";
import { scoped } from "./scoped.ts";
import { runMap } from "./run_skeletons.ts";
import { sum } from "./sum.ts";
import type { Tensor } from "./tensor.ts";
import { spoilFreed } from "./testing/spoil_freed.ts";

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

Deno.test("scoped() on the CPU uses memory again, and changes nothing that anybody has", () => {
  const square = grad((x: Tensor) => sum(mul(mul(x, x), x)));
  const inner = scoped(cpu, (x: Tensor) => [add(mul(x, 2), 1), x]);
  const left: Tensor[] = [];
  const f = scoped(cpu, (x: Tensor) => {
    const middle = add(mul(x, 3), 1);
    const [y] = inner(middle);
    const slope = square(mul(y, x));
    left.push(middle, y, slope);
    return { again: { x }, results: [mul(slope, middle), add(y, middle)] };
  });
  const inputs = [1, 2, 3].map((k) => tensor([k, 0.5, -k]));
  const run = () =>
    inputs.flatMap((x) => [...f(x).results, ...f(x).results]).concat(left.splice(0))
      .map((t) => t.dataSync());
  const want = run();
  const { result, count } = spoilFreed(run);
  assertEquals(result, want);
  assert(count > 0);
});

Deno.test("steps that a scope leaves behind are computed once more from their own arguments", () => {
  const step = bindScan({ kernel: leaky(slopes.rational, true), units: 3, params: [0.5, 0.9, 0] });
  const left: Tensor[] = [];
  const steps = scoped(cpu, (x: Tensor) => {
    let state: ScanState = { values: [x] };
    for (const scale of [1, 2, 3]) {
      const { out, state: next } = step(state, mul(x, scale));
      left.push(out, next.values[0]);
      state = next;
    }
  });
  const run = () => {
    steps(tensor(floats(generator(1), 3000), [1000, 3])); // small scans are never late
    return left.splice(0).map((t) => t.dataSync());
  };
  assertEquals(spoilFreed(run).result, run());
});

Deno.test("after an error in a scope of the CPU nothing is late", () => {
  spoilFreed(() => {
    const f = scoped(cpu, () => scoped(cpu, (): Tensor => fail("run it", "it fails"))());
    assertThrows(f, TypeError, "it fails");
    assert(mul(tensor([1]), 2).storage instanceof Float32Array);
  });
});
