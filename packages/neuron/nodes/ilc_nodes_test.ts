import { cpu, reference } from "@spikeloop/tensor";
import { customNodeSuite } from "../testing/custom_node_suite.ts";
import { ilcGoldenSuite } from "../testing/ilc_golden_suite.ts";

for (const backend of [reference, cpu]) {
  ilcGoldenSuite({ backend });
  customNodeSuite({ backend });
}
