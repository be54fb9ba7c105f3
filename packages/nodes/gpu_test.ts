import { onGpu } from "@spikeloop/dev";
import { applySuite } from "./testing/apply_suite.ts";
import { customNodeSuite } from "./testing/custom_node_suite.ts";
import { fallbackSuite } from "./testing/fallback_suite.ts";
import { ilcGoldenSuite } from "./testing/ilc_golden_suite.ts";
import { nodeSuite } from "./testing/node_suite.ts";
import { nodesGoldenSuite } from "./testing/nodes_golden_suite.ts";
import { noisyGoldenSuite } from "./testing/noisy_golden_suite.ts";

await onGpu("nodes", (backend) => {
  const device = { backend, exact: false };
  ilcGoldenSuite(device);
  nodesGoldenSuite(device);
  noisyGoldenSuite(device);
  fallbackSuite(device);
  customNodeSuite(device);
  nodeSuite(device);
  applySuite(device);
});
