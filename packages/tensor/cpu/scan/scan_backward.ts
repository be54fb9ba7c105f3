import type {
  ScanArgs,
  ScanCotangents,
  ScanGradients,
  ScanKernel,
  ScanWants,
  Storage,
} from "../../backend.ts";
import { share } from "../threads/threads.ts";
import { scanBackward as scanBackwardAlone } from "./backward.ts";
import { isBackwardShareable, sharedScanBackward } from "./shared_backward.ts";

/** The pullback of `scan`, by as many threads as pay. */
export function scanBackward(
  kernel: ScanKernel,
  args: ScanArgs,
  out: Storage,
  cotangents: ScanCotangents,
  wants: ScanWants,
): ScanGradients {
  if (!isBackwardShareable(args)) return scanBackwardAlone(kernel, args, out, cotangents, wants);
  return share(
    () => scanBackwardAlone(kernel, args, out, cotangents, wants),
    (helpers) => sharedScanBackward(kernel, args, cotangents, wants, helpers),
  );
}
