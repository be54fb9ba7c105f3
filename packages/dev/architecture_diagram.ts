import { arrow, type Box, box, diagram, middle, note, side } from "./diagram.ts";

const at = (x: number, y: number, width: number, title: string, line: string): Box => ({
  ...{ x, y, width, title, line },
});

const rows = [10, 106, 202, 298, 394, 490];

const neuron = at(10, rows[0], 200, "charge, fire, reset", "a neuron's equations");
const program = at(240, rows[0], 230, "multiStep(...)", "a program's call");
const population = at(10, rows[1], 460, "Population", "wiring, parameters, initial state");
const kernel = at(10, rows[2], 200, "ScanKernel", "one step, as maths");
const scan = at(240, rows[2], 230, "scan", "checks, notes on the tape");
const pullback = at(10, rows[3], 200, "scanPullback", "its derivative");
const backends = [
  at(10, rows[4], 146, "evaluator", "plain loops"),
  at(167, rows[4], 146, "cpu", "WebAssembly"),
  at(324, rows[4], 146, "webgpu", "WGSL"),
];
const expr = at(10, rows[5], 460, "expr", "expressions, derivatives, WebAssembly code");

/** Draws the road from a definition to its kernels, and of a call through them, as SVG text. */
export function architectureDiagram(): string {
  const top = population.y - 3;
  const below = (b: Box) => side.bottom(b)[1];
  return diagram(
    "architecture",
    "A definition becomes an expression of one step, which each backend compiles; a call goes down through the layers to one of them",
    [480, 566],
    [
      ...[neuron, program, population, kernel, scan, pullback, ...backends, expr].map(box),
      arrow(side.bottom(neuron), [middle(neuron), top]),
      arrow(side.bottom(program), [middle(program), top]),
      arrow([middle(kernel), below(population)], side.top(kernel)),
      arrow([middle(scan), below(population)], side.top(scan)),
      arrow(side.right(kernel), side.left(scan)),
      arrow(side.bottom(kernel), side.top(pullback)),
      note(middle(kernel) + 24, below(kernel) + 22, "vjp"),
      arrow([middle(scan), below(scan)], [middle(scan), backends[0].y - 3]),
      note(middle(scan) + 50, rows[3] + 36, "runScan"),
      arrow(side.bottom(pullback), [middle(pullback), backends[0].y - 3]),
      ...backends.map((backend) =>
        arrow([middle(backend), expr.y], [middle(backend), below(backend) + 3])
      ),
    ],
  );
}
