/** A canvas in memory: the part of `HTMLCanvasElement` or `OffscreenCanvas` that plots use. */
export class FakeCanvas {
  /** The pixels that are seen, row by row, as numbers with opacity in the highest byte. */
  pixels: Uint32Array = new Uint32Array();
  /** How often pixels were put onto it. */
  puts = 0;
  readonly clientWidth?: number;
  readonly clientHeight?: number;
  #width: number;
  #height: number;

  /** Makes a canvas of so many pixels; with `shown`, an element of that size on the page. */
  constructor(width = 300, height = 150, shown?: readonly [width: number, height: number]) {
    [this.#width, this.#height] = [width, height];
    if (shown !== undefined) [this.clientWidth, this.clientHeight] = shown;
    this.#empty();
  }

  get width(): number {
    return this.#width;
  }

  set width(width: number) {
    this.#width = width;
    this.#empty();
  }

  get height(): number {
    return this.#height;
  }

  set height(height: number) {
    this.#height = height;
    this.#empty();
  }

  #empty(): void {
    this.pixels = new Uint32Array(this.#width * this.#height);
  }

  /** The context, for images alone. */
  getContext(_: "2d", _options?: object) {
    return {
      createImageData: (width: number, height: number) => ({
        data: new Uint8ClampedArray(4 * width * height),
        ...{ width, height },
      }),
      putImageData: (
        { data, width }: { data: Uint8ClampedArray; width: number },
        ...[x, y, fromX, fromY, columns, rows]: number[]
      ) => {
        this.puts++;
        const from = new Uint32Array(data.buffer);
        for (let row = fromY; row < fromY + rows; row++) {
          const start = row * width + fromX;
          this.pixels.set(
            from.subarray(start, start + columns),
            (y + row) * this.#width + x + fromX,
          );
        }
      },
    };
  }

  /** The picture as lines of text: a letter for every color in order, `.` for none. */
  text(): string[] {
    const letters = new Map<number, string>([[0, "."]]);
    const rows: string[] = [];
    for (let row = 0; row < this.#height; row++) {
      let line = "";
      for (const pixel of this.pixels.subarray(row * this.#width, (row + 1) * this.#width)) {
        const letter = letters.get(pixel) ?? String.fromCharCode(96 + letters.size);
        letters.set(pixel, letter);
        line += letter;
      }
      rows.push(line);
    }
    return rows;
  }
}
