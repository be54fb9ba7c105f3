/// <reference lib="dom" />
import { find } from "../shared/dom.ts";
import {
  type ConnectionName,
  firstSettings,
  type NeuronName,
  type Settings,
  type SurrogateName,
} from "./settings.ts";

/** The form of the settings. */
export interface SettingsForm {
  /** The settings as they stand in the form. */
  read(): Settings;
  /** Calls a function when the reader has changed them. */
  onChange(change: (settings: Settings) => void): void;
}

/** A number with two digits, as the reader sees it. */
const rounded = (x: number) => Number(x.toPrecision(2));

/** The whole number of a field, within its limits; its lowest one where it holds no number. */
function wholeNumber({ valueAsNumber, min, max }: HTMLInputElement): number {
  return Math.min(Math.max(Math.floor(valueAsNumber || 0), Number(min)), Number(max));
}

/** Numbers as the reader sees them beside the sliders. */
const shown: Readonly<Record<string, (value: number) => string>> = {
  learningRate: (power) => String(rounded(10 ** power)),
  noise: String,
  alpha: (power) => String(rounded(2 ** power)),
  timeSteps: String,
};

/** Fills the form with the first settings, and listens to it. */
export function settingsForm(form: HTMLFormElement): SettingsForm {
  const input = (name: string) => find(form, `[name="${name}"]`, HTMLInputElement);
  const select = (name: string) => find(form, `[name="${name}"]`, HTMLSelectElement);
  const { seed, timeSteps, hiddenSizes, learningRate, noise, alpha, ...names } = firstSettings;
  const numbers = {
    ...{ seed, timeSteps, noise },
    learningRate: Math.log10(learningRate),
    alpha: Math.log2(alpha),
  };
  for (const [name, value] of Object.entries(numbers)) input(name).value = String(value);
  for (const [name, value] of Object.entries({ ...names, hiddenSizes })) {
    select(name).value = String(value);
  }
  const showNumbers = () => {
    for (const [name, format] of Object.entries(shown)) {
      find(form, `output[for="${input(name).id}"]`, HTMLOutputElement).value = format(
        input(name).valueAsNumber,
      );
    }
  };
  showNumbers();
  const read = (): Settings => ({
    seed: wholeNumber(input("seed")),
    timeSteps: input("timeSteps").valueAsNumber,
    hiddenSizes: select("hiddenSizes").value.split(",").map(Number),
    neuron: select("neuron").value as NeuronName,
    connection: select("connection").value as ConnectionName,
    learningRate: rounded(10 ** input("learningRate").valueAsNumber),
    noise: input("noise").valueAsNumber,
    surrogate: select("surrogate").value as SurrogateName,
    alpha: rounded(2 ** input("alpha").valueAsNumber),
  });
  return {
    read,
    onChange: (change) => {
      form.addEventListener("input", showNumbers);
      form.addEventListener("change", () => {
        const settings = read();
        input("seed").value = String(settings.seed);
        change(settings);
      });
      form.addEventListener("submit", (event) => event.preventDefault());
    },
  };
}
