/// <reference lib="dom" />
import { find } from "../shared/dom.ts";
import type { Device } from "./learner_messages.ts";

/** The choice of the device that learns. */
export interface DeviceChoice {
  /** The device that is chosen. */
  readonly device: Device;
  /** Shows the device on which the run is. */
  show(device: Device): void;
}

/** Listens to the choice. Without a GPU there is none, and the page says so. */
export function deviceChoice(
  panel: HTMLElement,
  choose: (device: Device) => void,
): DeviceChoice {
  const radio = (device: Device) =>
    find(panel, `[name="device"][value="${device}"]`, HTMLInputElement);
  const hasGpu = (navigator as { readonly gpu?: unknown }).gpu !== undefined;
  radio("gpu").disabled = !hasGpu;
  find(panel, "[data-no-gpu]", HTMLElement).hidden = hasGpu;
  const read = (): Device => radio("gpu").checked ? "gpu" : "cpu";
  for (const device of ["cpu", "gpu"] as const) {
    radio(device).addEventListener("change", () => choose(read()));
  }
  return {
    get device() {
      return read();
    },
    show: (device) => {
      radio(device).checked = true;
      panel.dataset.device = device;
    },
  };
}
