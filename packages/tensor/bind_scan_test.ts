import { assert } from "@std/assert";
import type { Storage } from "@spikeloop/backend";
import { cpu } from "@spikeloop/cpu";
import {
  countAllocations,
  currentBased,
  generator,
  scanCase,
  slopes,
} from "@spikeloop/dev/testing";
import { bindScan } from "./bind_scan.ts";
import type { ScanState } from "./scan_setting.ts";
import { Tensor } from "./tensor.ts";

const kernel = currentBased(slopes.rect);

/** Results that are smaller share buffers of this size. */
const sharedBytes = 1 << 16;

Deno.test("10,000 steps at N = 1 make a few hundred buffers: small results share them", () => {
  const extents = { steps: 1, batch: 1, groups: 8, group: 10 };
  const { args } = scanCase(kernel, extents, generator(1));
  const tensor = (data: Storage, shape: number[]) => new Tensor(cpu, data, shape);
  const { units, group, weight, bias } = args;
  assert(weight && bias && args.lateral);
  const step = bindScan({
    kernel,
    units,
    params: [0.5, 0.5, 0],
    lateral: { group, weight: tensor(weight, [units, 1, group]), bias: tensor(bias, [units]) },
  });
  const x = tensor(args.x, [1, units]);
  let state: ScanState = {
    values: args.state.map((s) => tensor(s, [1, units])),
    lateral: tensor(args.lateral, [1, units]),
  };
  state = step(state, x).state;
  const { buffers, bytes } = countAllocations(() => {
    for (let t = 0; t < 10_000; t++) state = step(state, x).state;
  });
  const resultBytes = 10_000 * 4 * 4 * units;
  assert(bytes >= resultBytes && bytes <= 1.1 * resultBytes, `${bytes} for ${resultBytes} bytes`);
  assert(buffers <= bytes / sharedBytes + 1, `${buffers} buffers`);
});
