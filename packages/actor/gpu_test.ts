import { onGpu } from "@spikeloop/dev";
import { ilcSanSuite } from "./testing/ilc_san_suite.ts";

await onGpu("actors", ilcSanSuite);
