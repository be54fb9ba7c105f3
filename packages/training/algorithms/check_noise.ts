import type { Tensor } from "@spikeloop/tensor";
import { checkTensors } from "../check_tensors.ts";

/**
 * Checks noise of an update, which has the shape of the batch's actions; it may be missing.
 *
 * @throws {TypeError} if it is no tensor, or has another shape.
 */
export function checkNoise(doing: string, name: string, noise: unknown, { shape }: Tensor): void {
  if (noise !== undefined) checkTensors(doing, { [name]: noise }, { [name]: shape }, "option");
}
