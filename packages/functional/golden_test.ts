import { assertAlmostEquals } from "@std/assert";
import { evaluator } from "@spikeloop/backend/evaluator";
import { cpu } from "@spikeloop/cpu";
import { cosineDecay, linearDecay, type Schedule, stepDecay, warmUp } from "./mod.ts";
import golden from "./testdata/pytorch.json" with { type: "json" };
import { goldenSuite } from "./testing/golden_suite.ts";

for (const backend of [evaluator, cpu]) goldenSuite({ backend, exact: true });

const schedules: Readonly<Record<keyof typeof golden.schedules, Schedule>> = {
  cosineDecay: cosineDecay({ from: 0.2, to: 0.05, steps: 12 }),
  linearDecay: linearDecay({ from: 0.2, to: 0.05, steps: 8 }),
  stepDecay: stepDecay({ from: 0.2, factor: 0.5, every: 3 }),
  warmUp: warmUp({
    from: 0.05,
    steps: 4,
    then: cosineDecay({ from: 0.2, to: 0.01, steps: 9 }),
  }),
};

for (const [name, rates] of Object.entries(golden.schedules)) {
  Deno.test(`${name} has PyTorch's learning rates`, () => {
    const schedule = schedules[name as keyof typeof schedules];
    rates.forEach((rate, i) => assertAlmostEquals(schedule(i + 1), rate, 1e-12));
  });
}
