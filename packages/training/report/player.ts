import type { Scene } from "./scenes.ts";

/**
 * The program that plays scenes in a page: it draws them on the canvases of the element, all at the
 * same step. It starts by itself unless the reader prefers reduced motion.
 */
const program = `
for (const player of document.querySelectorAll(".player")) {
  const scenes = JSON.parse(player.querySelector("script").textContent);
  const canvases = [...player.querySelectorAll("canvas")];
  const [button, slider] = [player.querySelector("button"), player.querySelector("input")];
  const last = Math.max(...scenes.map(({ frames }) => frames.length)) - 1;
  const calm = matchMedia("(prefers-reduced-motion: reduce)");
  const dark = matchMedia("(prefers-color-scheme: dark)");
  let [step, playing, before] = [0, !calm.matches, 0];
  slider.max = last;
  const draw = () => scenes.forEach(({ box: [left, bottom, right, top], background, frames }, i) => {
    const canvas = canvases[i];
    const css = getComputedStyle(canvas);
    const width = canvas.width = canvas.clientWidth * devicePixelRatio;
    const scale = width / (right - left);
    canvas.height = (top - bottom) * scale;
    const colors = ["--ink", "--s0", "--s1", "--soft"].map((name) => css.getPropertyValue(name));
    const pen = canvas.getContext("2d");
    pen.lineCap = pen.lineJoin = "round";
    for (const [kind, points, color, size] of [...background, ...frames[Math.min(step, frames.length - 1)]]) {
      pen.beginPath();
      pen.strokeStyle = pen.fillStyle = colors[color];
      pen.lineWidth = size * scale;
      for (let j = 0; j < points.length; j += 2) {
        const [x, y] = [(points[j] - left) * scale, (top - points[j + 1]) * scale];
        if (kind === "disc") pen.arc(x, y, size * scale, 0, 7);
        else pen.lineTo(x, y);
      }
      if (kind === "disc") pen.fill();
      else pen.stroke();
    }
  });
  const show = () => {
    slider.value = step;
    slider.setAttribute("aria-valuetext", "step " + step);
    button.textContent = playing ? "Pause" : "Play";
    draw();
  };
  const tick = (now) => {
    if (!playing) return;
    if (now - before >= 1000 * scenes[0].dt) {
      before = now;
      step = step < last ? step + 1 : 0;
      show();
    }
    requestAnimationFrame(tick);
  };
  button.onclick = () => {
    playing = !playing;
    show();
    requestAnimationFrame(tick);
  };
  slider.oninput = () => {
    [playing, step] = [false, Number(slider.value)];
    show();
  };
  addEventListener("resize", draw);
  dark.onchange = draw;
  show();
  requestAnimationFrame(tick);
}`;

/** Shows scenes side by side, each with its caption, as HTML that needs nothing else. */
export function renderPlayer(
  scenes: readonly { readonly scene: Scene; readonly caption: string }[],
): string {
  const data = JSON.stringify(scenes.map(({ scene }) => scene)).replaceAll("<", "\\u003c");
  const pictures = scenes.map(({ scene: { box: [left, bottom, right, top] }, caption }) =>
    `<figure><canvas role="img" aria-label="${caption}" style="aspect-ratio:${right - left}/${
      top - bottom
    }"></canvas><figcaption>${caption}</figcaption></figure>`
  );
  return `<div class="player"><div class="pair">${pictures.join("")}</div>` +
    `<p class="controls"><button type="button">Play</button>` +
    `<input type="range" min="0" value="0" aria-label="Step of the episode"></p>` +
    `<script type="application/json">${data}</script></div><script type="module">${program}</script>`;
}
