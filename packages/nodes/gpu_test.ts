import { onGpu } from "@spikeloop/dev";
import { trials } from "@spikeloop/dev/testing";
import { applySuite } from "./testing/apply_suite.ts";
import { customNodeSuite } from "./testing/custom_node_suite.ts";
import { runStepsSuite } from "./testing/run_steps_suite.ts";
import { ilcGoldenSuite } from "./testing/ilc_golden_suite.ts";
import { baseNodeSuite } from "./testing/base_node_suite.ts";
import { nodesGoldenSuite } from "./testing/nodes_golden_suite.ts";
import { noisyGoldenSuite } from "./testing/noisy_golden_suite.ts";

await onGpu("nodes", (backend) => {
  const device = { backend, exact: false };
  ilcGoldenSuite(device, { surrogateStride: trials(3, 1) });
  nodesGoldenSuite(device);
  noisyGoldenSuite(device);
  runStepsSuite(device);
  customNodeSuite(device);
  baseNodeSuite(device);
  applySuite(device);
});
