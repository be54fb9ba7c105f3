import { assertEquals, assertStrictEquals, assertThrows } from "@std/assert";
import { defineScan } from "@spikeloop/backend";
import { evaluator } from "@spikeloop/backend/evaluator";
import * as e from "@spikeloop/expr";
import { ones } from "./create.ts";
import { scan } from "./scan.ts";
import {
  CheckedScanSetting,
  checkScanSetting,
  type Lateral,
  type ScanSetting,
} from "./scan_setting.ts";

const v = e.mul(e.input("x"), e.input("gain"));
const params = ["gain"];
const kernel = defineScan({ name: "gain", states: [], params, out: v, next: [], binary: false });
const words = 'Cannot run neuron "gain":';

Deno.test("a neuron's setting has as many parameters as the neuron, and whole groups", () => {
  const run = (setting: Partial<ScanSetting>) => () =>
    scan({ kernel, units: 3, params: [1], ...setting }, { values: [] }, ones([1, 2, 3]));
  assertThrows(run({ params: [] }), TypeError, `${words} params.length is 0, expected 1`);
  assertThrows(run({ params: [1, 2] }), TypeError, `${words} params.length is 2, expected 1`);
  const lateral = { group: 2, weight: ones([3, 1, 2]), bias: ones([3]) };
  assertThrows(
    run({ lateral }),
    TypeError,
    `${words} units is 3, expected a multiple of a group's, 2`,
  );
});

Deno.test("a setting's tensors have the shapes of its units, on one backend", () => {
  const check = (setting: Partial<ScanSetting>) => () =>
    checkScanSetting({ kernel, units: 4, params: [1], ...setting });
  assertThrows(
    check({ params: [ones([3])] }),
    TypeError,
    "parameter gain has shape [3], expected [4]",
  );
  const lateral = { group: 2, weight: ones([4, 2]), bias: ones([4]) };
  assertThrows(check({ lateral }), TypeError, "weight has shape [4, 2], expected [4, 1, 2]");
  assertThrows(
    check({
      params: [ones([], { backend: evaluator })],
      lateral: { ...lateral, weight: ones([4, 1, 2]) },
    }),
    TypeError,
    'Cannot run neuron "gain": one tensor is on "cpu", another on "evaluator"',
  );
});

Deno.test("a setting is checked once", () => {
  const setting = checkScanSetting({ kernel, units: 3, params: [ones([])] });
  assertStrictEquals(checkScanSetting(setting), setting);
});

Deno.test("the delay of a setting is an integer of at least 1, and 1 if missing", () => {
  const lateral = { group: 2, weight: ones([4, 1, 2]), bias: ones([4]) };
  const make = (delay?: number) =>
    checkScanSetting({ kernel, units: 4, params: [1], lateral: { ...lateral, delay } });
  assertEquals([make().delay, make(3).delay], [1, 3]);
  assertThrows(() => make(0), RangeError, "delay is 0");
});

Deno.test("a setting like another is checked where its tensors differ", () => {
  const lateral = { group: 2, weight: ones([4, 1, 2]), bias: ones([4]) };
  const first = checkScanSetting({ kernel, units: 4, params: [1], lateral });
  const make = (other: Partial<Lateral>) =>
    new CheckedScanSetting({ ...first, lateral: { ...lateral, ...other } }, first);
  const weight = ones([4, 1, 2]);
  assertStrictEquals(make({ weight }).lateral?.weight, weight);
  assertThrows(() => make({ weight: ones([4, 2]) }), TypeError, "weight has shape [4, 2]");
  const bias = ones([4], { backend: evaluator });
  assertThrows(() => make({ bias }), TypeError, 'another on "evaluator"');
});
