import { assert, assertEquals } from "@std/assert";
import type { AgentState } from "../agent.ts";
import { trainer, type TrainerEvent, type TrainerOptions } from "../mod.ts";

/** Goes on from the file of every checkpoint of a training, and compares the bits at the end. */
export function assertResumes<S extends AgentState>(options: () => TrainerOptions<S>): void {
  const training = trainer(options());
  const events: TrainerEvent[] = [];
  const files: { readonly bytes: Uint8Array; readonly count: number }[] = [];
  for (const event of training) {
    events.push(event);
    if (event.type === "checkpoint") files.push({ bytes: training.save(), count: events.length });
  }
  assert(events.some(({ type }) => type === "update"));
  const end = training.save();
  for (const { bytes, count } of files) {
    const more = trainer.load(bytes, options());
    assertEquals([...more], events.slice(count));
    assertEquals(more.save(), end);
  }
}
