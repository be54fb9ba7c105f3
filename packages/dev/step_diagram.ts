/** A box of the diagram: where it is and what it says. */
interface Box {
  readonly x: number;
  readonly y: number;
  readonly title: string;
  readonly line: string;
}

const [boxWidth, boxHeight] = [150, 56];

const boxes: Readonly<Record<string, Box>> = {
  input: { x: 20, y: 60, title: "x[t]", line: "input" },
  charge: { x: 210, y: 60, title: "charge", line: "c, v from c, v, x" },
  fire: { x: 400, y: 60, title: "fire", line: "v ≥ vThreshold" },
  reset: { x: 590, y: 60, title: "reset", line: "v where it fired" },
  lateral: { x: 400, y: 190, title: "lateral", line: "bias + W · spike" },
  state: { x: 210, y: 190, title: "state", line: "c, v, lateral" },
};

const arrow = (points: readonly (readonly [number, number])[]) =>
  `<path d="${
    points.map(([x, y], i) => `${i === 0 ? "M" : "L"}${x} ${y}`).join("")
  }" fill="none" stroke="var(--soft)" stroke-width="1.6" marker-end="url(#tip)"/>`;

const note = (x: number, y: number, text: string) =>
  `<text x="${x}" y="${y}" text-anchor="middle" fill="var(--soft)" font-size="12">${text}</text>`;

/** What flows in one time step, as SVG text. */
export function stepDiagram(): string {
  const drawn = Object.values(boxes).map(({ x, y, title, line }) =>
    `<rect x="${x}" y="${y}" width="${boxWidth}" height="${boxHeight}" rx="9" fill="var(--card)" stroke="var(--line)"/>` +
    `<text x="${x + boxWidth / 2}" y="${
      y + 24
    }" text-anchor="middle" font-weight="600" fill="var(--ink)" font-size="14">${title}</text>` +
    note(x + boxWidth / 2, y + 43, line)
  );
  const { input, charge, fire, reset, lateral, state } = boxes;
  const right = (b: Box): [number, number] => [b.x + boxWidth, b.y + boxHeight / 2];
  const left = (b: Box): [number, number] => [b.x - 3, b.y + boxHeight / 2];
  const arrows = [
    arrow([right(input), left(charge)]),
    arrow([right(charge), left(fire)]),
    arrow([right(fire), left(reset)]),
    // The spike leaves upwards, and goes down into the lateral connection.
    arrow([[fire.x + boxWidth / 2, fire.y], [fire.x + boxWidth / 2, 26]]),
    note(fire.x + boxWidth / 2, 18, "spike[t]"),
    arrow([[fire.x + boxWidth / 2, fire.y + boxHeight], [lateral.x + boxWidth / 2, lateral.y - 3]]),
    arrow([[lateral.x, lateral.y + boxHeight / 2], [
      state.x + boxWidth + 3,
      state.y + boxHeight / 2,
    ]]),
    arrow([
      [reset.x + boxWidth / 2, reset.y + boxHeight],
      [reset.x + boxWidth / 2, 282],
      [state.x + boxWidth / 2, 282],
      [state.x + boxWidth / 2, state.y + boxHeight + 3],
    ]),
    note(reset.x - 60, 276, "c, v of the next step"),
    arrow([[state.x + boxWidth / 2, state.y], [charge.x + boxWidth / 2, charge.y + boxHeight + 3]]),
    note(state.x + boxWidth / 2 + 64, 160, "of the step before"),
  ];
  return `<svg xmlns="http://www.w3.org/2000/svg" class="spikeloop-step" viewBox="0 0 760 300" width="760" height="300" role="img" aria-label="What flows in one time step">` +
    `<style>.spikeloop-step{--ink:#1f2933;--soft:#616e7c;--line:#cbd2d9;--card:#f5f7fa;font-family:system-ui,sans-serif}` +
    `@media (prefers-color-scheme:dark){.spikeloop-step{--ink:#e4e7eb;--soft:#9aa5b1;--line:#52606d;--card:#1f262e}}</style>` +
    `<defs><marker id="tip" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto"><path d="M0 0L8 4L0 8z" fill="var(--soft)"/></marker></defs>` +
    `${drawn.join("")}${arrows.join("")}</svg>`;
}
