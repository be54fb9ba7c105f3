import { key, split } from "@spikeloop/random";
import { actWithSpikes, pendulum, readCheckpoint } from "@spikeloop/training";
import { makeActor } from "./site/live/app/swing_up/make_actor.ts";
import { firstSettings } from "./site/live/app/swing_up/settings.ts";

/** The size of the picture, and the height of its parts, in pixels. */
const [width, height] = [640, 330];
const [strip, raster] = [{ top: 38, height: 92 }, { top: 168, height: 146 }];
const margin = 14;

/** The steps in the picture, and how many of them have a pole. */
const [steps, poles] = [78, 13];

/** An episode whose pole hangs at first, with the spikes of a hidden layer. */
function recordSwingUp() {
  const actor = makeActor(firstSettings);
  const file = new URL("./site/live/models/pendulum.safetensors", import.meta.url);
  const policy = { actor, ...readCheckpoint(Deno.readFileSync(file), actor) };
  const hangs = (seed: number) => pendulum().reset(key(seed))[0] < -0.97;
  const task = pendulum();
  let observation = task.reset(key([...Array(1000).keys()].find(hangs) ?? 0));
  const angles: number[] = [];
  const spikes: Float32Array[] = [];
  for (const stepKey of split(key(0), steps)) {
    angles.push(Math.atan2(observation[1], observation[0]));
    const { action, spikes: layers } = actWithSpikes(policy, observation, stepKey);
    const [T, , units] = layers[0].shape;
    const data = layers[0].dataSync();
    for (let t = 0; t < T; t++) spikes.push(data.slice(t * units, (t + 1) * units));
    observation = task.step(action.dataSync()).observation;
  }
  return { angles, spikes };
}

const round = (x: number) => Math.round(x * 10) / 10;

/** Draws a swing-up as a film of poles over the spikes of the network, as SVG text. */
export function swingUpPicture(): string {
  const { angles, spikes } = recordSwingUp();
  const inner = width - 2 * margin;
  const length = strip.height / 2 - 6;
  const middle = strip.top + strip.height / 2;
  const film = Array.from({ length: poles }, (_, i) => {
    const angle = angles[Math.round((i + 0.5) * steps / poles)];
    const x = margin + (i + 0.5) * inner / poles;
    const [tipX, tipY] = [x - length * Math.sin(angle), middle - length * Math.cos(angle)];
    const color = Math.abs(angle) < 0.3 ? "warm" : "cold";
    return `<path d="M${round(x)} ${middle}L${round(tipX)} ${round(tipY)}" class="${color}"/>` +
      `<circle cx="${round(x)}" cy="${middle}" r="3.5"/>`;
  });
  const units = spikes[0].length;
  const [column, row] = [inner / spikes.length, raster.height / units];
  let marks = "";
  spikes.forEach((fired, t) =>
    fired.forEach((spike, unit) => {
      if (spike === 0) return;
      marks += `M${round(margin + t * column)} ${round(raster.top + unit * row)}v${
        round(row * 0.8)
      }`;
    })
  );
  const label = (y: number, text: string) => `<text x="${margin}" y="${y}">${text}</text>`;
  return `<svg xmlns="http://www.w3.org/2000/svg" class="spikeloop-swing" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-label="A pole is swung up and held; below it the spikes of the network that does it">` +
    `<style>.spikeloop-swing{--paper:#fff;--ink:#1f2933;--cold:#2563eb;--warm:#d9480f;font:600 22px system-ui,sans-serif}` +
    `@media (prefers-color-scheme:dark){.spikeloop-swing{--paper:#18181b;--ink:#e4e7eb;--cold:#74a9ff;--warm:#ff9f6b}}` +
    `.spikeloop-swing text,.spikeloop-swing circle{fill:var(--ink)}.spikeloop-swing path{stroke:var(--cold);stroke-linecap:round;stroke-width:7}` +
    `.spikeloop-swing .warm{stroke:var(--warm)}.spikeloop-swing .spikes{stroke-width:${
      round(column)
    };stroke-linecap:butt}</style>` +
    `<rect width="${width}" height="${height}" rx="12" fill="var(--paper)"/>` +
    `${label(26, "A pole swings up")}${film.join("")}` +
    `${label(158, `because ${units} neurons spike`)}<path class="spikes" d="${marks}"/></svg>`;
}
