import { arrow, type Box, box, boxHeight, diagram, middle, note, side } from "./diagram.ts";

const at = (x: number, y: number, title: string, line: string): Box => ({
  ...{ x, y, width: 170, title, line },
});

const [left, right] = [30, 230];
const rows = [16, 122, 228];

const input = at(left, rows[0], "x[t]", "input");
const charge = at(right, rows[0], "charge", "c, v from c, v, x");
const fire = at(right, rows[1], "fire", "v ≥ vThreshold");
const reset = at(right, rows[2], "reset", "v where it fired");
const lateral = at(left, rows[2], "lateral", "bias + W · spike");
const state = at(left, rows[1], "state", "c, v, lateral");

/** Draws the flow of one time step, as SVG text. */
export function stepDiagram(): string {
  const row = (b: Box, share: number) => b.y + share * boxHeight;
  const lane = (state.x + state.width + fire.x) / 2;
  return diagram("step", "What flows in one time step", [480, 356], [
    ...[input, charge, fire, reset, lateral, state].map(box),
    arrow([input.x + input.width, row(input, 0.3)], [charge.x - 3, row(charge, 0.3)]),
    arrow(side.bottom(charge), side.top(fire)),
    arrow(side.bottom(fire), side.top(reset)),
    // The spike leaves to the right, and goes down into the lateral connection.
    arrow(side.right(fire), [474, row(fire, 0.5)]),
    note(440, row(fire, 0.5) - 10, "spike[t]"),
    arrow(
      [fire.x, row(fire, 0.75)],
      [lane, row(fire, 0.75)],
      [lane, row(lateral, 0.5)],
      [lateral.x + lateral.width + 3, row(lateral, 0.5)],
    ),
    arrow([middle(lateral), lateral.y], [middle(state), state.y + boxHeight + 3]),
    arrow(
      side.bottom(reset),
      [middle(reset), 318],
      [10, 318],
      [10, row(state, 0.5)],
      side.left(state),
    ),
    note(middle(lateral) + 70, 342, "c, v of the next step"),
    arrow(
      [state.x + state.width, row(state, 0.25)],
      [lane, row(state, 0.25)],
      [lane, row(charge, 0.75)],
      [charge.x - 3, row(charge, 0.75)],
    ),
  ]);
}
