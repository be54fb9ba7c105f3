// Diagnoses on any backend, as tests.
import { assertEquals } from "@std/assert";
import { leakyIntegrator, lif } from "@spikeloop/neuron";
import { key, uniform } from "@spikeloop/random";
import { diagnose, linear, plain, sequential } from "../mod.ts";
import type { Device } from "./compare.ts";

export function diagnoseSuite({ backend }: Device): void {
  Deno.test(`on ${backend.name}: a healthy network has no finding, a silent layer is found`, async () => {
    const at = { backend };
    const findings = async (vThreshold: number) => {
      const net = sequential({
        fc1: linear({ inFeatures: 8, outFeatures: 32 }),
        hidden: plain(lif, { units: 32, params: { vThreshold } }),
        fc2: linear({ inFeatures: 32, outFeatures: 2 }),
        out: plain(leakyIntegrator, { units: 2 }),
      });
      const x = uniform(key(1), [10, 4, 8], at);
      const report = await diagnose(net, net.init(key(0), at), x);
      return report.findings.map(({ layer, kind }) => `${layer} ${kind}`);
    };
    assertEquals(await findings(1), []);
    assertEquals(await findings(50), [
      "hidden silent",
      "hidden deadSurrogate",
      "fc1 noGradient",
      "fc2 noGradient",
    ]);
  });
}
