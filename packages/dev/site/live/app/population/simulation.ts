import { ilc, neighbours, noSelf, selfOnly } from "@spikeloop/functional";
import { cubaLif } from "@spikeloop/neuron";
import { key, normal } from "@spikeloop/random";
import { add, full, mul, tensor, zeros } from "@spikeloop/tensor";
import { type PopulationSettings, radius, units } from "./settings.ts";

const masks = {
  all: undefined,
  noSelf: { mask: noSelf },
  neighbours: { mask: neighbours(radius) },
  selfOnly: { mask: selfOnly },
};

/** The activity of the neurons in one step. */
export interface Activity {
  /** [units]. */
  readonly spikes: Float32Array;
  /** The membranes after the step, [units]. */
  readonly membranes: Float32Array;
}

/** A population that runs; its settings can change between two steps. */
export class Simulation {
  #time = 0;
  #kick = 0;
  #state: Readonly<Record<"c" | "v" | "lateral", ReturnType<typeof zeros>>>;
  #step!: ReturnType<ReturnType<typeof populationOf>["bind"]>;
  #drive!: ReturnType<typeof tensor>;
  #noise = 0;

  constructor(settings: PopulationSettings) {
    this.#state = populationOf(settings).initialState(1);
    this.change(settings);
  }

  /** Takes over other settings; the state stays. */
  change(settings: PopulationSettings): void {
    const { weight, drive, spread, noise } = settings;
    this.#step = populationOf(settings).bind({
      weight: full([units, 1, units], weight),
      bias: zeros([units]),
    });
    const share = (i: number) => 1 + spread * i / (units - 1);
    this.#drive = tensor(Array.from({ length: units }, (_, i) => drive * share(i)), [1, units]);
    this.#noise = noise;
  }

  /** Adds a strong input to the middle neurons in the next step. */
  kick(): void {
    this.#kick = 1;
  }

  /** Computes one step. */
  step(): Activity {
    const noise = normal(key(this.#time++), [1, units]);
    let x = add(this.#drive, mul(this.#noise, noise));
    if (this.#kick > 0) {
      const isMiddle = (i: number) => Math.abs(i - (units - 1) / 2) < 2;
      x = add(x, tensor(Array.from({ length: units }, (_, i) => isMiddle(i) ? 1 : 0), [1, units]));
      this.#kick = 0;
    }
    const [state, spikes] = this.#step(this.#state, x);
    this.#state = state;
    return { spikes: spikes.dataSync(), membranes: state.v.dataSync() };
  }
}

function populationOf(settings: PopulationSettings) {
  const { cDecay, vDecay, vThreshold, vReset, isSoft, connection } = settings;
  return ilc(cubaLif, {
    actDim: 1,
    decPopDim: units,
    params: { cDecay, vDecay, vThreshold, vReset: isSoft ? null : vReset },
    connection: masks[connection],
  });
}
