import { onGpu } from "@spikeloop/dev";
import { trials } from "@spikeloop/dev/testing";
import { applySuite } from "./testing/apply_suite.ts";
import { customNodeSuite } from "./testing/custom_node_suite.ts";
import { runStepsSuite } from "./testing/run_steps_suite.ts";
import { ilcNodesSuite } from "./testing/ilc_nodes_suite.ts";
import { baseNodeSuite } from "./testing/base_node_suite.ts";
import { plainNodesSuite } from "./testing/plain_nodes_suite.ts";
import { noisyNodesSuite } from "./testing/noisy_nodes_suite.ts";

await onGpu("nodes", (backend) => {
  const device = { backend, exact: false };
  ilcNodesSuite(device, { surrogateStride: trials(3, 1) });
  plainNodesSuite(device);
  noisyNodesSuite(device);
  runStepsSuite(device);
  customNodeSuite(device);
  baseNodeSuite(device);
  applySuite(device);
});
