import { showShape } from "@spikeloop/backend";
import { fail } from "@spikeloop/errors";
import { checkReadable, Tensor } from "@spikeloop/tensor";
import { checkTensors } from "../check_tensors.ts";
import type { Rollout } from "../rollout.ts";

/**
 * Checks the shapes of a rollout exactly, so that nothing is broadcast by mistake, and that it is
 * on the CPU.
 *
 * @returns T · N, and N.
 * @throws {TypeError} if a part is not a tensor of its shape on the CPU.
 */
export function checkRollout(
  action: string,
  rollout: Rollout,
  obsDim: number,
  actDim: number,
): { readonly rows: number; readonly environments: number } {
  const shape = rollout?.reward instanceof Tensor ? rollout.reward.shape : [0, 0];
  checkTensors(action, rollout, {
    observation: [...shape, obsDim],
    sample: [...shape, actDim],
    reward: shape,
    nextObservation: [...shape, obsDim],
    terminated: shape,
    truncated: shape,
  }, "part");
  for (const [name, x] of Object.entries(rollout)) {
    checkReadable(action, `part "${name}"`, x, "rollout");
  }
  const [steps, environments] = shape;
  if (shape.length !== 2 || steps * environments === 0) {
    fail(action, `its reward has shape ${showShape(shape)}, expected steps of environments [T, N]`);
  }
  return { rows: steps * environments, environments };
}
