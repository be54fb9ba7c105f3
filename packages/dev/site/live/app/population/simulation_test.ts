import { assert, assertEquals } from "@std/assert";
import * as facade from "@spikeloop/spikeloop";
import { codeText } from "./code_text.ts";
import { firstSettings, presets } from "./settings.ts";
import { Simulation } from "./simulation.ts";

/** The lines that the code prints. */
function linesOf(text: string): string[] {
  const [, names, body] = /^import \{(.*)\} from "@spikeloop\/spikeloop";\n([^]*)$/.exec(text) ??
    [];
  const lines: string[] = [];
  const print = { log: (line: string) => lines.push(line) };
  new Function("facade", "console", `const {${names}} = facade;${body}`)(facade, print);
  return lines;
}

Deno.test("the code reproduces what the tab shows, and no preset is silent or always on", () => {
  for (const [name, preset] of Object.entries(presets)) {
    for (const settings of [preset, { ...preset, isSoft: true, connection: "selfOnly" } as const]) {
      const simulation = new Simulation(settings);
      const shown = Array.from(
        { length: 200 },
        () => Array.from(simulation.step().spikes, (spike) => spike ? "|" : ".").join(""),
      );
      assertEquals(linesOf(codeText(settings)), shown);
      if (settings !== preset) continue;
      const rate = shown.join("").replaceAll(".", "").length / (200 * shown[0].length);
      assert(rate > 0.005 && rate < 0.5, `${name}: ${rate}`);
    }
  }
});

Deno.test("settings change between two steps, the state stays, and a kick is heard at once", () => {
  const silent = { ...firstSettings, drive: 0 };
  const simulation = new Simulation(firstSettings);
  for (let t = 0; t < 9; t++) simulation.step();
  simulation.change({ ...silent, vDecay: 1, cDecay: 0 });
  const [first, second] = [simulation.step(), simulation.step()];
  assertEquals(first.membranes, second.membranes);
  simulation.kick();
  assertEquals(simulation.step().spikes.reduce((a, b) => a + b), 4);
});
