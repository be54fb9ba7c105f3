import type { Backend } from "@spikeloop/backend";
import type { Key } from "@spikeloop/random";
import type { Tensor, Tree } from "@spikeloop/tensor";

/** The part of a layer or a network that training needs. */
export interface Trainable<P extends Tree, S> {
  init(key: Key, placement?: { readonly backend?: Backend }): P;
  initialState(batch: number, placement?: { readonly backend?: Backend }): S;
  multiStep(
    params: P,
    state: S,
    xSeq: Tensor,
    options?: { readonly key?: Key; readonly training?: boolean },
  ): readonly [state: S, ySeq: Tensor];
}
