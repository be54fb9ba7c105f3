import { call, type Code, Func, i32, sequence, when } from "@spikeloop/expr/wasm";
import { places } from "./layout.ts";
import { tileHeight } from "./dense_kernel.ts";

/** Where the functions that `addBlock` calls are in the module. */
export interface BlockCalls {
  readonly nonzeros: number;
  readonly compress: number;
  readonly denseRows: number;
  readonly denseRow: number;
  readonly events: number;
}

/**
 * addBlock(limit, plain, bytes, a, aStride, rows, b, columnStep, rowStep, k, n, c, cStride, resume): the product of one
 * block, from events where fewer than `limit` of the left factor's numbers, which lie at `plain`, are not 0, else from
 * all. For the rest see `denseKernel`.
 */
export function addBlockKernel(calls: BlockCalls): Func {
  const fn = new Func("addBlock", new Array(14).fill("i32"));
  const [limit, plain, bytes, a, aStride, rows, ...others] = Array.from(
    { length: 14 },
    (_, i) => fn.param(i).get,
  );
  const [b, columnStep, rowStep, k, n, c, cStride, resume] = others;
  const whole = i32.and(rows, i32.const(-tileHeight));
  const listStride = i32.shl(k, i32.const(2));
  const [lists, counts] = [places.lists, places.counts].map((at) => i32.const(4 * at));
  const dense = (kernel: number, from: Code, count: Code) => {
    const row = (at: Code, stride: Code) => i32.add(at, i32.mul(from, stride));
    // deno-fmt-ignore
    return call(
      kernel, row(a, aStride), aStride, count, b, columnStep, rowStep, k, n, row(c, cStride), cStride, resume,
    );
  };
  const isSparse = fn.local("i32");
  fn.emit(
    when(limit, isSparse.set(i32.ltU(call(calls.nonzeros, plain, bytes), limit))),
    when(
      isSparse.get,
      sequence(
        call(calls.compress, a, aStride, rows, k, lists, listStride, counts),
        call(calls.events, lists, listStride, counts, a, aStride, rows, ...others),
      ),
      sequence(
        dense(calls.denseRows, i32.const(0), whole),
        dense(calls.denseRow, whole, i32.sub(rows, whole)),
      ),
    ),
  );
  return fn;
}
