import { assertEquals } from "@std/assert";
import { Func } from "./func.ts";
import { v128 } from "./instructions.ts";
import { storeLanes, transposeLanes } from "./lanes.ts";
import { instantiate } from "./module.ts";
import { times } from "./code.ts";

const memory = new WebAssembly.Memory({ initial: 1 });
const numbers = new Float32Array(memory.buffer, 0, 32);

Deno.test("storeLanes writes the first lanes of a vector and nothing past them", () => {
  for (const count of [1, 2, 3, 4, 5]) {
    const fn = new Func("write", 1);
    fn.emit(storeLanes(fn, fn.param(0), v128.load(0), count, 8));
    numbers.fill(0).set([1, 2, 3, 4]);
    instantiate([fn], memory).write(64);
    const written = [1, 2, 3, 4].map((x) => x <= count ? x : 0);
    assertEquals([...numbers.subarray(16, 24)], [0, 0, ...written, 0, 0], `${count} lanes`);
  }
});

Deno.test("transposeLanes turns four rows into columns", () => {
  const fn = new Func("transpose", 0);
  const [v, w] = [fn.localArray("v128", 4), fn.localArray("v128", 4)];
  fn.emit(
    times(4, (i) => v[i].set(v128.load(0, 16 * i))),
    transposeLanes(v, w),
    times(4, (i) => v128.store(64, v[i], 16 * i)),
  );
  numbers.set(numbers.map((_, i) => i));
  instantiate([fn], memory).transpose();
  for (let i = 0; i < 16; i++) assertEquals(numbers[16 + i], 4 * (i % 4) + (i >> 2));
});
