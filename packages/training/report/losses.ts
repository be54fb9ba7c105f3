import type { TrainerEvent } from "../trainer/events.ts";

/** The losses among the events of a training, by name, as pairs of step and value. */
export function lossesOf(
  events: readonly TrainerEvent[],
): Record<string, [step: number, loss: number][]> {
  const losses: Record<string, [number, number][]> = {};
  for (const event of events) {
    if (event.type !== "update") continue;
    for (const [name, loss] of Object.entries(event.losses)) {
      (losses[name] ??= []).push([event.step, loss]);
    }
  }
  return losses;
}
