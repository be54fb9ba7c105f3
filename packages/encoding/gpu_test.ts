import { onGpu } from "@spikeloop/dev";
import { populationEncoderSuite } from "./testing/population_encoder_suite.ts";

await onGpu("encoders", populationEncoderSuite);
