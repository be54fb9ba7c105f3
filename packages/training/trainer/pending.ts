import { isRecord, refuse, takeCount, takeOneOf } from "@spikeloop/errors";
import type { EvaluationEvent, TrainerEvent } from "./events.ts";

/** An event that is due. Evaluations and checkpoints take place when it is their turn. */
export type Pending =
  | Exclude<TrainerEvent, EvaluationEvent>
  | Pick<EvaluationEvent, "type" | "step">;

/** Checks an event out of a file. */
export function takePending(value: unknown): Pending {
  const action = "load the training";
  if (!isRecord(value)) return refuse(action, "an event", value, "a record");
  takeOneOf(action, "an event's type", value.type, [
    "episode",
    "update",
    "evaluation",
    "checkpoint",
  ]);
  takeCount(action, "an event's step", value.step, 0);
  return value as unknown as Pending;
}
