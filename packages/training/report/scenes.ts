import type { RecordedEpisode } from "./record_episode.ts";

/**
 * A line through points, or a disc: its numbers in the scene's units, its color (0 ink, 1 and 2
 * those of series, 3 soft), and its width or radius.
 */
export type Shape =
  | readonly ["line", points: readonly number[], color: number, width: number]
  | readonly ["disc", points: readonly [x: number, y: number], color: number, radius: number];

/** How one kind of task is drawn. */
interface Drawing {
  /** The visible range. */
  readonly box: readonly [left: number, bottom: number, right: number, top: number];
  /** The length of an observation. */
  readonly length: number;
  /** Seconds per step. */
  readonly dt: number;
  /** Says what is seen. */
  readonly words: string;
  /** The shapes that stay. */
  readonly background: readonly Shape[];
  /** The shapes at one step. */
  draw(observation: readonly number[], action: readonly number[]): readonly Shape[];
}

function line(color: number, width: number, ...points: number[]): Shape {
  return ["line", points.map(round), color, width];
}

function disc(color: number, radius: number, x: number, y: number): Shape {
  return ["disc", [round(x), round(y)], color, radius];
}

/** Thousandths are enough for a picture. */
const round = (x: number) => Math.round(x * 1000) / 1000;

/** A cart with a pole; the angle is 0 upright, and positive to the right. */
function cart(x: number, sine: number, cosine: number): Shape[] {
  return [
    line(0, 0.3, x - 0.25, 0, x + 0.25, 0),
    line(1, 0.1, x, 0.1, x + sine, 0.1 + cosine),
    disc(0, 0.07, x, 0.1),
  ];
}

const track: Pick<Drawing, "box" | "background" | "words"> = {
  words: "The motor pushes the cart to the left or to the right; the pole swings freely.",
  box: [-2.6, -1.3, 2.6, 1.4],
  background: [line(3, 0.03, -2.4, -0.16, 2.4, -0.16)],
};

/** The valley of the mountain car. */
const height = (x: number) => 0.45 * Math.sin(3 * x) + 0.55;
const valley = Array.from({ length: 61 }, (_, i) => -1.2 + 0.03 * i);

/** Draws a lander: its body, its legs, and the flame of its engine. */
function lander([x, y, , , angle]: readonly number[], throttle: number): Shape[] {
  const [sine, cosine] = [Math.sin(angle), Math.cos(angle)];
  const at = (u: number, v: number) => [x + u * cosine - v * sine, y + u * sine + v * cosine];
  return [
    line(2, 0.35, ...at(0, 0.5), ...at(0, 0.5 - 1.5 * throttle)),
    line(0, 0.2, ...at(-0.8, 0), ...at(-0.4, 0.7), ...at(0.4, 0.7), ...at(0.8, 0)),
    line(1, 0.8, ...at(-0.3, 1.1), ...at(0.3, 1.1)),
  ];
}

const sky = {
  box: [-10, -1.5, 10, 18],
  length: 6,
  dt: 0.05,
  words: "It is to touch down gently on the blue pad. The flame is its main engine.",
  background: [line(3, 0.1, -10, -0.1, 10, -0.1), line(1, 0.3, -1, -0.1, 1, -0.1)],
} as const;

/** Drawings by the name of the task. */
const drawings: Readonly<Record<string, Drawing>> = {
  "Pendulum-v1": {
    box: [-1.35, -1.35, 1.35, 1.35],
    length: 3,
    dt: 0.05,
    words: "The thin line is upright. The bar below is the torque of the motor, which is too " +
      "weak to lift the pole at once: the actor has to swing it.",
    background: [line(3, 0.02, 0, 0, 0, 1.25)],
    draw: ([cosine, sine], [torque]) => [
      line(2, 0.06, -0.6 * torque, -1.25, 0, -1.25),
      line(1, 0.14, 0, 0, -sine, cosine),
      disc(0, 0.07, 0, 0),
    ],
  },
  "CartPole-v1": {
    ...track,
    length: 4,
    dt: 0.02,
    draw: ([x, , angle]) => cart(x, Math.sin(angle), Math.cos(angle)),
  },
  "CartPoleSwingUp": {
    ...track,
    length: 5,
    dt: 0.02,
    draw: ([x, , cosine, sine]) => cart(x, sine, cosine),
  },
  "MountainCarContinuous-v0": {
    box: [-1.25, -0.05, 0.65, 1.2],
    length: 2,
    dt: 0.02,
    words: "The engine is too weak to drive up to the flag at once: the car has to swing.",
    background: [
      line(3, 0.012, ...valley.flatMap((x) => [x, height(x)])),
      line(2, 0.015, 0.45, height(0.45), 0.45, height(0.45) + 0.15),
    ],
    draw: ([x]) => [disc(1, 0.045, x, height(x) + 0.045)],
  },
  "TwoLinkReacher": {
    box: [-1.15, -1.15, 1.15, 1.15],
    length: 10,
    dt: 0.05,
    words: "Two motors, at the shoulder and the elbow, move the tip of the arm to the target.",
    background: [],
    draw: ([c1, s1, c2, s2, , , x, y]) => {
      const elbow = [0.5 * c1, 0.5 * s1];
      const tip = [elbow[0] + 0.5 * (c1 * c2 - s1 * s2), elbow[1] + 0.5 * (s1 * c2 + c1 * s2)];
      return [
        disc(2, 0.07, x, y),
        line(1, 0.07, 0, 0, ...elbow, ...tip),
        disc(0, 0.05, 0, 0),
        disc(0, 0.05, elbow[0], elbow[1]),
      ];
    },
  },
  "LunarLander": {
    ...sky,
    draw: (observation, [throttle]) => lander(observation, Math.max(0, (throttle + 1) / 2)),
  },
  "LunarLanderDiscrete": {
    ...sky,
    draw: (observation, [choice]) => lander(observation, Number(choice === 2)),
  },
};

/** An episode as pictures. */
export interface Scene {
  readonly words: string;
  readonly box: Drawing["box"];
  readonly dt: number;
  readonly background: readonly Shape[];
  readonly frames: readonly (readonly Shape[])[];
}

/** The most pictures of an episode. */
const mostFrames = 500;

/** Draws an episode of a task that has a drawing; undefined for others. */
export function makeScene(
  task: string,
  { observations, actions }: Pick<RecordedEpisode, "observations" | "actions">,
): Scene | undefined {
  const drawing = Object.hasOwn(drawings, task) ? drawings[task] : undefined;
  if (drawing === undefined || observations[0].length !== drawing.length) return undefined;
  const { box, dt, words, background, draw } = drawing;
  const seen = observations.slice(0, mostFrames);
  return { box, dt, words, background, frames: seen.map((one, i) => draw(one, actions[i])) };
}
