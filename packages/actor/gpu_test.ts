import { onGpu } from "@spikeloop/dev";
import { actorGoldenSuite } from "./testing/golden_suite.ts";

await onGpu("actors", actorGoldenSuite);
