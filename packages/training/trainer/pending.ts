import { isRecord, refuse, takeCount, takeOneOf } from "@spikeloop/errors";
import type { EvaluationEvent, TrainerEvent } from "./events.ts";

/** An event that is due. Evaluations and checkpoints take place when it is their turn. */
export type Pending =
  | Exclude<TrainerEvent, EvaluationEvent>
  | Pick<EvaluationEvent, "type" | "step">;

/** Checks an event out of a file. */
export function takePending(action: string, name: string, value: unknown): Pending {
  if (!isRecord(value)) return refuse(action, name, value, "an event");
  takeOneOf(action, `${name}.type`, value.type, ["episode", "update", "evaluation", "checkpoint"]);
  takeCount(action, `${name}.step`, value.step, 0);
  return value as unknown as Pending;
}
