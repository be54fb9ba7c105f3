import type { Skeletons } from "@spikeloop/backend";
import { share } from "../threads/threads.ts";
import { scanBackward as scanBackwardAlone } from "./backward.ts";
import { isBackwardShareable, sharedScanBackward } from "./shared_backward.ts";

/** The pullback of `scan`, by as many threads as pay. */
export const cpuScanBackward: Skeletons["scanBackward"] = (
  kernel,
  args,
  out,
  cotangents,
  wants,
) => {
  const alone = () => scanBackwardAlone(kernel, args, out, cotangents, wants);
  if (!isBackwardShareable(args)) return alone();
  return share(
    alone,
    (helpers) => sharedScanBackward(kernel, args, cotangents, wants, helpers),
  );
};
