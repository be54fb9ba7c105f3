import { assertEquals, assertThrows } from "@std/assert";
import { type ILCSanOptions, resolveActorOptions } from "./options.ts";

const least = { obsDim: 3, actDim: 2 };

Deno.test("resolveActorOptions() fills in defaults, also for options that are undefined", () => {
  const { options } = resolveActorOptions({ ...least, timeSteps: undefined, actLimit: 2 });
  assertEquals(options, {
    obsDim: 3,
    actDim: 2,
    encPopDim: 10,
    decPopDim: 10,
    hiddenSizes: [256, 256],
    meanRange: [-3, 3],
    std: Math.sqrt(0.15),
    timeSteps: 5,
    encode: "pop-det",
    decode: "last-mem",
    actLimit: 2,
  });
});

Deno.test("resolveActorOptions() takes SpikingJelly's name of the last membrane", () => {
  const options = { ...least, decode: "last_mem" } as unknown as ILCSanOptions;
  assertEquals(resolveActorOptions(options).options.decode, "last-mem");
});

Deno.test("resolveActorOptions() names a wrong option, and suggests close names", () => {
  const refuse = (
    options: object,
    kind: typeof TypeError | typeof RangeError,
    problem: string,
  ) =>
    assertThrows(
      () => resolveActorOptions({ ...least, ...options } as ILCSanOptions),
      kind,
      problem,
    );
  refuse({ encode: "pop" }, RangeError, "pop-det, pop-ran, pop-raw");
  refuse({ encode: "pop_det" }, RangeError, "did you mean pop-det");
  refuse({ decode: "last" }, RangeError, "last-mem");
  refuse({ timeSteps: 0 }, RangeError, "timeSteps is 0");
  refuse({ hiddenSizes: [8, 0.5] }, RangeError, "hiddenSizes[1] is 0.5, expected an integer");
  refuse({ actLimit: 0 }, RangeError, "actLimit is 0, expected a finite number above 0");
  refuse({ actLimit: 1e39 }, RangeError, "actLimit is 1e+39");
  refuse({ meanRange: [0] }, TypeError, "meanRange.length is 1, expected 2");
  refuse({ obsDim: undefined }, TypeError, "obsDim is missing, expected an integer of at least 1");
  refuse({ hidden: [3] }, TypeError, '"hidden"');
});
