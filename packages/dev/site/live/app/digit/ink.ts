/** The sides of the drawing, and of the image that the network takes. */
export const [fine, coarse] = [32, 8];

/** The darkest value of a pixel of the image. */
export const mostInk = 16;

/** The room that the largest side of a digit takes in the image, in fine pixels. */
const digitSize = 30;

/** A drawing with ink on some of fine × fine pixels. */
export class Ink {
  readonly pixels = new Uint8Array(fine * fine);

  /** Takes all ink away. */
  clear(): void {
    this.pixels.fill(0);
  }

  /** Whether there is no ink. */
  get isEmpty(): boolean {
    return !this.pixels.includes(1);
  }

  /** Draws a line of the pen's width between two points, in parts of the side from 0 to 1. */
  draw(fromX: number, fromY: number, toX: number, toY: number): void {
    const radius = 1.6;
    const steps = Math.max(1, Math.ceil(Math.hypot(toX - fromX, toY - fromY) * fine * 2));
    for (let i = 0; i <= steps; i++) {
      const [x, y] = [fromX + (toX - fromX) * i / steps, fromY + (toY - fromY) * i / steps];
      this.#dot(x * fine, y * fine, radius);
    }
  }

  #dot(x: number, y: number, radius: number): void {
    const from = (center: number) => Math.max(0, Math.floor(center - radius));
    const to = (center: number) => Math.min(fine - 1, Math.ceil(center + radius));
    for (let row = from(y); row <= to(y); row++) {
      for (let column = from(x); column <= to(x); column++) {
        const distance = Math.hypot(column + 0.5 - x, row + 0.5 - y);
        if (distance <= radius) this.pixels[row * fine + column] = 1;
      }
    }
  }

  /**
   * The image that the network takes, made as those it has learned from: the digit is enlarged to
   * the frame and centred, and every pixel counts the ink in a square of 4 by 4.
   *
   * @returns Numbers from 0 to 16, [coarse · coarse].
   */
  image(): Float32Array {
    const image = new Float32Array(coarse * coarse);
    const box = this.#box();
    if (box === undefined) return image;
    const { left, top, width, height } = box;
    const scale = Math.max(width, height) / digitSize;
    const square = fine / coarse;
    for (let row = 0; row < fine; row++) {
      for (let column = 0; column < fine; column++) {
        const x = Math.floor(left + width / 2 + (column + 0.5 - fine / 2) * scale);
        const y = Math.floor(top + height / 2 + (row + 0.5 - fine / 2) * scale);
        if (x < 0 || y < 0 || x >= fine || y >= fine) continue;
        const place = Math.floor(row / square) * coarse + Math.floor(column / square);
        image[place] += this.pixels[y * fine + x];
      }
    }
    return image;
  }

  /** The smallest box around the ink; undefined where there is none. */
  #box() {
    const places = Array.from(this.pixels.keys()).filter((i) => this.pixels[i] === 1);
    if (places.length === 0) return undefined;
    const range = (values: number[]) => [Math.min(...values), Math.max(...values) + 1] as const;
    const [left, right] = range(places.map((i) => i % fine));
    const [top, bottom] = range(places.map((i) => Math.floor(i / fine)));
    return { left, top, width: right - left, height: bottom - top };
  }
}
