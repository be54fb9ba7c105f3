// The peak of WebAssembly SIMD on this machine: multiplications and additions of registers alone.
import { f32x4, Func, instantiate, v128 } from "@spikeloop/expr/wasm";

/** Independent chains: enough to keep the units busy, few enough for the registers. */
const chains = 12;

/** Rounds per turn of the loop. */
const unrolled = 4;

/** Multiplications, each with its addition, that one turn of the kernel makes. */
const perTurn = 4 * chains * unrolled;

/** A function that makes at least so many multiply-adds of float32, without fusing them. */
export function peakKernel(): (multiplyAdds: number) => void {
  const fn = new Func("peak", 1);
  const turn = fn.local("i32");
  const sums = fn.localArray("v128", chains);
  const [factor, term] = fn.localArray("v128", 2);
  const round = sums.map((s) => s.set(f32x4.add(f32x4.mul(s, factor), term)));
  fn.emit(
    // From memory, so that the compiler cannot know them.
    factor.set(v128.load(0)),
    term.set(v128.load(16)),
    fn.loop(turn, 0, fn.param(0), 1, Array(unrolled).fill(round).flat()),
    v128.store(32, sums.map((s) => s.get).reduce(f32x4.add)),
  );
  const memory = new WebAssembly.Memory({ initial: 1 });
  new Float32Array(memory.buffer).fill(0.5, 0, 8);
  const { peak } = instantiate([fn], memory);
  return (multiplyAdds) => peak(Math.ceil(multiplyAdds / perTurn));
}
