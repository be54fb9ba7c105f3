import { arrow, type Box, box, boxHeight, diagram, note, side } from "./diagram.ts";

const at = (x: number, y: number, width: number, title: string, line: string): Box => ({
  ...{ x, y, width, title, line },
});

const rows = [20, 120, 220, 330, 430];

const program = at(400, rows[0], 340, "multiStep(params, state, xSeq)", "a program's call");
const neuron = at(120, rows[0], 200, "charge, fire, reset", "a neuron's equations");
const population = at(120, rows[1], 620, "Population", "wiring, parameters, initial state");
const kernel = at(120, rows[2], 200, "ScanKernel", "one step, as expressions");
const scan = at(400, rows[2], 340, "scan", "checks shapes, leaves a node on the tape");
const pullback = at(120, rows[3], 200, "scanPullback", "its derivative, as expressions");
const backends = [
  at(410, rows[3], 100, "evaluator", "plain loops"),
  at(520, rows[3], 100, "cpu", "WebAssembly"),
  at(630, rows[3], 100, "webgpu", "WGSL"),
];
const frame = { x: 400, y: rows[3] - 10, width: 340, height: boxHeight + 20 };
const expr = at(120, rows[4], 620, "expr", "scalar expressions, derivatives, WebAssembly code");

const labels = ["you write", "functional", "backend, tensor", "backends", "expr"];

/** Draws the road from a definition to its kernels, and of a call through them, as SVG text. */
export function architectureDiagram(): string {
  const middle = (b: Box) => b.x + b.width / 2;
  return diagram(
    "architecture",
    "A definition becomes an expression of one step, which each backend compiles; a call goes down through the layers to one of them",
    [760, 500],
    [
      ...labels.map((words, i) => note(54, rows[i] + boxHeight / 2 + 4, words)),
      `<rect x="${frame.x}" y="${frame.y}" width="${frame.width}" height="${frame.height}" rx="12" fill="none" stroke="var(--line)" stroke-dasharray="4 4"/>`,
      ...[neuron, program, population, kernel, scan, pullback, ...backends, expr].map(box),
      arrow(side.bottom(neuron), [middle(neuron), population.y - 3]),
      arrow(side.bottom(program), [middle(program), population.y - 3]),
      arrow([middle(kernel), population.y + boxHeight], side.top(kernel)),
      note(middle(kernel) + 56, rows[1] + 79, "neuronKernel"),
      arrow([middle(scan), population.y + boxHeight], side.top(scan)),
      note(middle(scan) + 32, rows[1] + 79, "xSeq"),
      arrow(side.right(kernel), side.left(scan)),
      arrow(side.bottom(kernel), side.top(pullback)),
      note(middle(kernel) + 18, rows[2] + 80, "vjp"),
      arrow([middle(scan), scan.y + boxHeight], [middle(scan), frame.y - 3]),
      note(middle(scan) + 34, rows[2] + 80, "runScan"),
      arrow(side.right(pullback), [frame.x - 3, pullback.y + boxHeight / 2]),
      arrow([middle(pullback), expr.y], [middle(pullback), pullback.y + boxHeight + 3]),
      arrow([middle(scan), expr.y], [middle(scan), frame.y + frame.height + 3]),
    ],
  );
}
