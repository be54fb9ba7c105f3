/** The steps of N environments, each list [T, N]. */
export interface ValuedSteps {
  readonly reward: Float32Array;
  /** The values of the observations before the steps. */
  readonly value: Float32Array;
  /** The values of the observations after the steps. */
  readonly nextValue: Float32Array;
  /** 1 where the task ended. */
  readonly terminated: Float32Array;
  /** 1 where the episode was cut. */
  readonly truncated: Float32Array;
}

/**
 * Generalized advantages, in double precision:
 *
 *     δₜ = rₜ + γ V(oₜ₊₁) (1 - terminatedₜ) - V(oₜ)
 *     Aₜ = δₜ + γ λ Aₜ₊₁ within an episode, δₜ at its end and in the last step
 *
 * The value of what follows counts where an episode was only cut.
 *
 * Source: Schulman et al., "High-dimensional continuous control using generalized advantage
 * estimation", 2016.
 */
export function advantagesOf(
  { reward, value, nextValue, terminated, truncated }: ValuedSteps,
  environments: number,
  gamma: number,
  lambda: number,
): Float32Array {
  const advantages = new Float32Array(reward.length);
  const following = new Float64Array(environments);
  for (let i = reward.length - 1; i >= 0; i--) {
    const goesOn = 1 - terminated[i];
    const delta = reward[i] + gamma * goesOn * nextValue[i] - value[i];
    const later = goesOn * (1 - truncated[i]) * following[i % environments];
    advantages[i] = following[i % environments] = delta + gamma * lambda * later;
  }
  return advantages;
}

/** Shifts and scales numbers to mean 0 and deviation 1, in place; a single one stays as it is. */
export function standardize(numbers: Float32Array): void {
  const { length } = numbers;
  if (length < 2) return;
  let sum = 0;
  for (const x of numbers) sum += x;
  const mean = sum / length;
  let squares = 0;
  for (const x of numbers) squares += (x - mean) ** 2;
  const deviation = Math.sqrt(squares / (length - 1)) + 1e-8;
  for (let i = 0; i < length; i++) numbers[i] = (numbers[i] - mean) / deviation;
}
