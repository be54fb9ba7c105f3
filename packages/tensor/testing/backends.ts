import { noGpu, testUnless } from "@spikeloop/dev";
import { webgpu } from "@spikeloop/webgpu";
import type { Backend } from "@spikeloop/backend";
import { cpu } from "@spikeloop/cpu";
import { evaluator } from "@spikeloop/backend/evaluator";
import { sideBySide } from "./side_by_side.ts";

const reason = await noGpu();
const device = reason === undefined ? await webgpu() : undefined;
const gpu = device && sideBySide(device);
Deno.test.afterAll(() => device?.dispose());

/**
 * Registers a test per backend, and names it after the backend. A GPU cannot be read at once, so
 * there the test reads the evaluator, which runs every operation too; then every result of every
 * operation is compared.
 */
export function testEach(name: string, run: (backend: Backend) => void): void {
  for (const backend of [cpu, evaluator]) {
    Deno.test(`${name} (${backend.name})`, () => run(backend));
  }
  testUnless(reason, `${name} (webgpu)`, async () => {
    if (gpu === undefined) return;
    run(gpu);
    await gpu.verify();
  });
}
