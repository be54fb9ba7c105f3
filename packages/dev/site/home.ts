import { guideMenu } from "./guide_pages.ts";
import { codeBlock } from "./markdown.ts";
import { menu } from "./menu.ts";
import { renderPage } from "./page.ts";
import type { Chapter, Source } from "./sources.ts";

/** The pages that the home page links to. */
export interface HomeSources {
  readonly chapters: readonly Chapter[];
  readonly sources: readonly Source[];
}

/** Its virtues, each with a page that proves it. */
const reasons = [
  {
    title: "A neuron is written once",
    text:
      "Charge, fire, reset: a few equations. Kernels for the CPU and the GPU follow from them, " +
      "forward and backward, and so do its surrogate gradients.",
    link: ["docs/writing_a_neuron.html", "Write one here, in the page"],
  },
  {
    title: "It runs where you are",
    text:
      "Browsers, Deno, Node and Bun; WebAssembly SIMD or WebGPU. A population weighs some 30 kB " +
      "in a bundle. No dependencies, no Python.",
    link: ["docs/getting_started.html", "Getting started"],
  },
  {
    title: "You can trust the numbers",
    text:
      "Spikes are those of SpikingJelly, one by one. A whole sequence returns the bits of its " +
      "steps, and a seed the same run on every machine.",
    link: ["docs/how_it_works.html", "How it works"],
  },
  {
    title: "It is fast",
    text:
      "All time steps of a population are one kernel: some ten times as fast as a plain loop, and " +
      "an actor decides in microseconds.",
    link: ["docs/performance.html", "What was measured"],
  },
] as const;

/** The way of a newcomer, from the first look to a network of their own. */
const way = [
  ["live/index.html", "Watch one learn", "A network trains in your browser; disturb it."],
  ["docs/getting_started.html", "Getting started", "A first population, in ten lines."],
  [
    "docs/tutorials/digits.html",
    "Read handwritten digits",
    "From images to a network that is saved.",
  ],
  ["docs/training.html", "Training", "Surrogate gradients, batches, reinforcement learning."],
  ["docs/which_neuron.html", "Which neuron to take", "And how to write one that is not there."],
  [
    "docs/porting_tables.html",
    "From another library",
    "SpikingJelly, snnTorch, Norse: name by name.",
  ],
] as const;

/** The first page of the site. */
export function homePage({ chapters, sources }: HomeSources): string {
  const training = sources.find(({ path }) => path === "docs/training.md")?.text ?? "";
  const [, program = ""] = /^```js live\n([^]*?)^```/m.exec(training) ?? [];
  return renderPage({
    title: "Spikeloop",
    description: "Spiking neural networks in TypeScript, which run and train in the browser",
    menu: menu(guideMenu(chapters, sources), "index.html"),
    root: "",
    wide: true,
    scripts: ["home.js"],
    twin: "README.md",
    body: `<div class="home">
<section class="hero">
<div>
<h1>Spiking neural networks in TypeScript</h1>
<p class="lead">Their neurons send pulses instead of numbers. Write one as equations, wire
populations, train them: in this page, in Deno, Node and Bun, on the CPU and the GPU.</p>
<p class="actions"><a class="button main" href="live/index.html">Watch one learn</a>
<a class="button" href="docs/getting_started.html">Get started</a></p>
</div>
<figure class="population">
<canvas role="img" aria-label="A raster of spikes: 48 units over time, one mark for each spike"></canvas>
<noscript><img src="docs/images/raster.svg" alt="Spikes of a population over time"></noscript>
<figcaption>48 units that are wired to each other, computed in this page now. One mark is a spike;
time goes to the right. Point at them to excite them.</figcaption>
</figure>
</section>
<section class="reasons" aria-label="What it is good for">
${reasons.map(reason).join("\n")}
</section>
<section>
<h2 id="what-they-do">What they do</h2>
<p><a class="picture" href="live/index.html"><img src="docs/images/swing_up.svg"
alt="A pole is swung up and held; below it the spikes of the network that does it"></a></p>
<p>It was trained here too: <a href="live/index.html">watch the next one</a>.</p>
</section>
<section>
<h2 id="try-it">Try it</h2>
<p>Twenty units learn to fire in 30 % of all steps. The program is yours to change: press
<strong>Run</strong>.</p>
${codeBlock(program, "js live")}
</section>
<section>
<h2 id="where-to-begin">Where to begin</h2>
<ol class="way">
${
      way.map(([href, title, text]) =>
        `<li><a href="${href}"><strong>${title}</strong><span>${text}</span></a></li>`
      ).join("\n")
    }
</ol>
<p>All names are in the <a href="api/index.html">reference</a>. For coding assistants, every page
is Markdown too: <a href="llms.txt">llms.txt</a>.</p>
</section>
<p class="foot">Licence: MIT. The neurons are those of Chen, Peng, Huang and Tian, “Fully Spiking Actor
Network with Intralayer Connections for Reinforcement Learning” (IEEE TNNLS, 2024).</p>
</div>`,
  });
}

function reason({ title, text, link: [href, words] }: typeof reasons[number]): string {
  return `<div><h2>${title}</h2><p>${text}</p><p><a href="${href}">${words}</a></p></div>`;
}
