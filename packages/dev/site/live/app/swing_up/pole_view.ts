/// <reference lib="dom" />
import { fitCanvas } from "../shared/dom.ts";
import { type Colours, readColours } from "../shared/theme.ts";
import { mostTorque, type Pole, stepSeconds } from "./physics.ts";
import type { Frame } from "./stage_messages.ts";

/** The share of the canvas that the pole's length takes. */
const length = 0.36;

/** The angle within which a pole counts as upright. */
const upright = 0.3;

/** The places of the bob that its trail remembers. */
const trailLength = 14;

const turn = 2 * Math.PI;

/** The picture of one pendulum. */
export class PoleView {
  readonly canvas: HTMLCanvasElement;
  #colours: Colours = readColours();
  #before: Pole | undefined;
  #after: Pole = { angle: Math.PI, speed: 0 };
  #arrival = 0;
  #torque = 0;
  #hand: Pole | undefined;
  #trail: number[] = [];
  #isStale = true;

  constructor(canvas: HTMLCanvasElement) {
    this.canvas = canvas;
  }

  /** Takes the colours and the size again. */
  refresh(): void {
    this.#colours = readColours();
    this.#isStale = true;
  }

  /** Takes over a step; it is shown while the next one is computed. */
  show({ pole, isPut, torque }: Frame): void {
    this.#before = isPut ? undefined : this.#after;
    this.#after = pole;
    this.#arrival = performance.now();
    this.#torque = torque;
    this.#isStale = true;
    if (isPut) this.#trail = [];
    this.canvas.dataset.angle = pole.angle.toFixed(3);
  }

  /** The pole in the reader's hand; undefined for none. */
  hold(pole: Pole | undefined): void {
    this.#hand = pole;
    if (pole !== undefined) [this.#after, this.#before] = [pole, undefined];
    this.#isStale = true;
  }

  /** The angle that is shown. */
  angleAt(now: number): number {
    if (this.#hand !== undefined) return this.#hand.angle;
    if (this.#before === undefined) return this.#after.angle;
    const share = Math.min(1, (now - this.#arrival) / (1000 * stepSeconds));
    return this.#before.angle + share * (this.#after.angle - this.#before.angle);
  }

  /** Draws, if anything has changed. */
  draw(now: number): void {
    const isMoving = now - this.#arrival < 1500 * stepSeconds;
    if (!isMoving && !this.#isStale) return;
    this.#isStale = false;
    const { context: g, width, height } = fitCanvas(this.canvas);
    const angle = this.angleAt(now);
    this.#trail = [...this.#trail.slice(1 - trailLength), angle];
    const size = Math.min(width, height);
    const radius = length * size;
    g.save();
    g.translate(width / 2, height / 2);
    this.#drawGoal(g, radius, size, Math.cos(angle) > Math.cos(upright));
    this.#drawTrail(g, radius, size);
    this.#drawTorque(g, size);
    this.#drawPole(g, radius, size, angle);
    g.restore();
  }

  /** The circle of the bob, and on it the place where it should be. */
  #drawGoal(g: CanvasRenderingContext2D, radius: number, size: number, isThere: boolean): void {
    g.lineCap = "round";
    g.lineWidth = 1;
    g.strokeStyle = this.#colours.line;
    g.beginPath();
    g.arc(0, 0, radius, 0, turn);
    g.stroke();
    g.lineWidth = size * (isThere ? 0.022 : 0.012);
    g.strokeStyle = isThere ? this.#colours.accent : this.#colours.muted;
    g.beginPath();
    g.arc(0, 0, 1.27 * radius, -Math.PI / 2 - upright, -Math.PI / 2 + upright);
    g.stroke();
  }

  #drawTrail(g: CanvasRenderingContext2D, radius: number, size: number): void {
    g.strokeStyle = this.#colours.accent;
    g.lineWidth = size * 0.03;
    for (let i = 1; i < this.#trail.length; i++) {
      const [from, to] = [this.#trail[i - 1], this.#trail[i]];
      if (Math.abs(to - from) > 1) continue;
      g.globalAlpha = 0.35 * i / this.#trail.length;
      g.beginPath();
      g.arc(0, 0, radius, from - Math.PI / 2, to - Math.PI / 2, to < from);
      g.stroke();
    }
    g.globalAlpha = 1;
  }

  /** The torque of the motor, as an arc around the pivot with a tip. */
  #drawTorque(g: CanvasRenderingContext2D, size: number): void {
    const share = this.#torque / mostTorque;
    if (Math.abs(share) < 0.03) return;
    const radius = 0.1 * size;
    const end = share * 2.4;
    g.strokeStyle = g.fillStyle = this.#colours.accent2;
    g.lineWidth = size * 0.014;
    g.beginPath();
    g.arc(0, 0, radius, -Math.PI / 2, end - Math.PI / 2, share < 0);
    g.stroke();
    g.save();
    g.rotate(end);
    g.translate(0, -radius);
    const [side, tip] = [0.026 * size, 0.05 * size * Math.sign(share)];
    g.beginPath();
    g.moveTo(tip, 0);
    g.lineTo(0, -side);
    g.lineTo(0, side);
    g.fill();
    g.restore();
  }

  #drawPole(g: CanvasRenderingContext2D, radius: number, size: number, angle: number): void {
    const [x, y] = [radius * Math.sin(angle), -radius * Math.cos(angle)];
    g.strokeStyle = this.#colours.text;
    g.lineWidth = size * 0.022;
    g.beginPath();
    g.moveTo(0, 0);
    g.lineTo(x, y);
    g.stroke();
    g.fillStyle = this.#colours.text;
    g.beginPath();
    g.arc(0, 0, size * 0.022, 0, turn);
    g.fill();
    g.fillStyle = this.#colours.accent;
    g.beginPath();
    g.arc(x, y, size * 0.052, 0, turn);
    g.fill();
    if (this.#hand === undefined) return;
    g.lineWidth = size * 0.01;
    g.strokeStyle = this.#colours.accent2;
    g.beginPath();
    g.arc(x, y, size * 0.075, 0, turn);
    g.stroke();
  }
}
