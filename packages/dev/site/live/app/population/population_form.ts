/// <reference lib="dom" />
import { find } from "../shared/dom.ts";
import { firstSettings, type PopulationSettings } from "./settings.ts";

/** The form of the population's settings. */
export interface PopulationForm {
  read(): PopulationSettings;
  show(settings: PopulationSettings): void;
  onChange(change: (settings: PopulationSettings) => void): void;
}

const sliders = [
  "cDecay",
  "vDecay",
  "vThreshold",
  "vReset",
  "weight",
  "drive",
  "spread",
  "noise",
] as const;

/** The neurons that each neuron hears, in words. */
const hearing: Readonly<Record<PopulationSettings["connection"], string>> = {
  all: "all neurons j",
  noSelf: "all other neurons j",
  neighbours: "itself and its two neighbours j",
  selfOnly: "itself, j = i",
};

/** Fills the form with the first settings, and writes all numbers into the equations beside it. */
export function populationForm(form: HTMLFormElement): PopulationForm {
  const slider = (name: string) => find(form, `[name="${name}"]`, HTMLInputElement);
  const connection = find(form, '[name="hears"]', HTMLSelectElement);
  const soft = find(form, '[name="isSoft"]', HTMLInputElement);

  const read = (): PopulationSettings => ({
    ...Object.fromEntries(
      sliders.map((name) => [name, slider(name).valueAsNumber]),
    ) as Record<(typeof sliders)[number], number>,
    isSoft: soft.checked,
    connection: connection.value as PopulationSettings["connection"],
  });
  const write = () => {
    const settings = read();
    for (const name of sliders) {
      const text = String(settings[name]).replace("-", "−");
      for (const place of form.querySelectorAll(`[data-value="${name}"]`)) place.textContent = text;
    }
    const reset = settings.isSoft
      ? `v − ${settings.vThreshold}`
      : String(settings.vReset).replace("-", "−");
    find(form, '[data-value="reset"]', HTMLElement).textContent = reset;
    find(form, '[data-value="hearing"]', HTMLElement).textContent = hearing[settings.connection];
    slider("vReset").disabled = settings.isSoft;
  };
  const show = (settings: PopulationSettings) => {
    for (const name of sliders) slider(name).value = String(settings[name]);
    connection.value = settings.connection;
    soft.checked = settings.isSoft;
    write();
  };
  show(firstSettings);
  return {
    read,
    show,
    onChange: (change) => {
      form.addEventListener("input", () => {
        write();
        change(read());
      });
      form.addEventListener("submit", (event) => event.preventDefault());
    },
  };
}
