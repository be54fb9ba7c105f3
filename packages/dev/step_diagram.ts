import { arrow, type Box, box, boxHeight, diagram, note, type Point, side } from "./diagram.ts";

const at = (x: number, y: number, title: string, line: string): Box => ({
  ...{ x, y, width: 150, title, line },
});

const input = at(20, 60, "x[t]", "input");
const charge = at(210, 60, "charge", "c, v from c, v, x");
const fire = at(400, 60, "fire", "v ≥ vThreshold");
const reset = at(590, 60, "reset", "v where it fired");
const lateral = at(400, 190, "lateral", "bias + W · spike");
const state = at(210, 190, "state", "c, v, lateral");

/** Draws the flow of one time step, as SVG text. */
export function stepDiagram(): string {
  const middle = (b: Box) => b.x + b.width / 2;
  const toState: Point = [state.x + state.width + 3, state.y + boxHeight / 2];
  return diagram("step", "What flows in one time step", [760, 300], [
    ...[input, charge, fire, reset, lateral, state].map(box),
    arrow(side.right(input), side.left(charge)),
    arrow(side.right(charge), side.left(fire)),
    arrow(side.right(fire), side.left(reset)),
    // The spike leaves upwards, and goes down into the lateral connection.
    arrow([middle(fire), fire.y], [middle(fire), 26]),
    note(middle(fire), 18, "spike[t]"),
    arrow(side.bottom(fire), side.top(lateral)),
    arrow([lateral.x, lateral.y + boxHeight / 2], toState),
    arrow(
      side.bottom(reset),
      [middle(reset), 282],
      [middle(state), 282],
      [middle(state), state.y + boxHeight + 3],
    ),
    note(reset.x - 60, 276, "c, v of the next step"),
    arrow([middle(state), state.y], [middle(charge), charge.y + boxHeight + 3]),
    note(middle(state) + 64, 160, "of the step before"),
  ]);
}
