import { actWithSpikes, type Policy } from "@spikeloop/training";
import { observe, type Pole, swing } from "./physics.ts";
import type { Frame, Seat } from "./stage_messages.ts";

/** The steps after which a pole is dropped, so that the network has something to do. */
const episodeSteps = 200;

const hanging: Pole = { angle: Math.PI, speed: 0 };

/** One pendulum and the network that moves it. */
export class StageSeat {
  readonly #seat: Seat;
  readonly #policy: Policy;
  #pole = hanging;
  #steps = 0;
  #push = 0;
  #isHeld = false;
  #isPut = true;

  /** Seats a policy of `ilcSan`; `before` is the seat whose pole it takes over. */
  constructor(seat: Seat, policy: Policy, before?: StageSeat) {
    this.#seat = seat;
    this.#policy = policy;
    if (before === undefined) return;
    this.#pole = before.#pole;
    this.#steps = before.#steps;
    this.#push = before.#push;
    this.#isHeld = before.#isHeld;
    this.#isPut = before.#isPut;
  }

  /** Puts the pole somewhere. */
  put(pole: Pole, isHeld: boolean): void {
    this.#pole = pole;
    this.#isHeld = isHeld;
    this.#isPut = true;
    this.#steps = 0;
  }

  /** Lets the pole hang at rest. */
  drop(): void {
    this.put(hanging, false);
  }

  /** Pushes the pole with a torque from outside. */
  push(torque: number): void {
    this.#push = torque;
    this.#steps = 0;
  }

  /** Lets the network act once, and the pole swing for one step. */
  step(): Frame {
    const { action, encoded, spikes, membrane } = actWithSpikes(
      this.#policy,
      observe(this.#pole),
    );
    const [torque] = action.dataSync();
    if (!this.#isHeld) this.#pole = swing(this.#pole, torque, this.#push);
    const frame: Frame = {
      type: "frame",
      seat: this.#seat,
      pole: this.#pole,
      isPut: this.#isPut,
      torque,
      spikes: joinLayers([encoded, ...spikes].map((x) => x.dataSync()), encoded.shape[0]),
      membranes: membrane.dataSync().slice(),
    };
    this.#isPut = false;
    if (++this.#steps >= episodeSteps && !this.#isHeld) this.drop();
    return frame;
  }
}

/** Lays the spikes of layers, [T, 1, units] each, side by side: [T, all units]. */
function joinLayers(
  layers: readonly Float32Array[],
  timeSteps: number,
): Uint8Array<ArrayBuffer> {
  const units = layers.map(({ length }) => length / timeSteps);
  const all = units.reduce((a, b) => a + b, 0);
  const joined = new Uint8Array(timeSteps * all);
  for (let t = 0; t < timeSteps; t++) {
    let at = t * all;
    layers.forEach((layer, i) => {
      for (let unit = 0; unit < units[i]; unit++) joined[at++] = layer[t * units[i] + unit];
    });
  }
  return joined;
}
