import { presets } from "./app/population/settings.ts";

const slider = (name: string, label: string, range: string) =>
  `<label for="population-${name}">${label} <output data-value="${name}"></output>` +
  `<input type="range" name="${name}" id="population-${name}" ${range}></label>`;

const value = (name: string) => `<b data-value="${name}"></b>`;

/** The HTML of the tab with a population to play with. */
export function populationPanel(): string {
  const buttons = Object.keys(presets)
    .map((name) => `<button type="button" class="button" data-preset="${name}">${name}</button>`);
  return `<section role="tabpanel" id="panel-population" aria-labelledby="tab-population" hidden>
<h1>A population to play with</h1>
<p class="lead">Twenty-four neurons, and a few numbers that decide what they do: take turns, fire
together, send waves, or silence each other. Turn the knobs and see.</p>
<div class="controls" role="group" aria-label="Settings worth seeing">${buttons.join("\n")}</div>
<figure class="plot"><canvas data-population-raster class="raster" role="img"
 aria-label="Spike raster of 24 neurons"></canvas>
<figcaption>Every mark is a spike, every row a neuron, the newest at the right. Neurons at the top get
the strongest input. On average <b data-rate>–</b> of them fire in a step.</figcaption></figure>
<div class="controls">
<button type="button" class="button" data-play>Play</button>
<button type="button" class="button" data-step>One step</button>
<button type="button" class="button" data-kick>Kick the middle</button>
<label class="inline">Steps per second<input type="range" name="speed" min="2" max="120" step="1" value="30"></label>
</div>
<form class="population">
<div class="equations">
<h2>The equations, with your numbers</h2>
<p class="equation">x<sub>i</sub> = ${value("drive")} · (1 + ${value("spread")} · i / 23) + ${
    value("noise")
  } · ε</p>
<p>The input of neuron i, with random numbers ε.</p>
<p class="equation">c<sub>i</sub> ← ${value("cDecay")} · c<sub>i</sub> + x<sub>i</sub> + ${
    value("weight")
  } · Σ<sub>j</sub> s<sub>j</sub></p>
<p>Its current. It hears the last spikes s<sub>j</sub> of <span data-value="hearing"></span>.</p>
<p class="equation">v<sub>i</sub> ← ${value("vDecay")} · v<sub>i</sub> + c<sub>i</sub></p>
<p>Its membrane.</p>
<p class="equation">v<sub>i</sub> ≥ ${value("vThreshold")}: spike, v<sub>i</sub> ← ${
    value("reset")
  }</p>
<p>It fires, and starts again.</p>
<p class="note">This neuron is <code>cubaLif</code>, the population <code>ilc</code>:
<a href="../docs/which_neuron.html">which neuron to take</a>, and
<a href="../docs/writing_a_neuron.html">how to write your own</a> in a few lines.</p>
</div>
<fieldset><legend>Each neuron</legend>
${slider("drive", "Drive", 'min="0" max="0.4" step="0.005"')}
${slider("spread", "More drive for the last neuron", 'min="0" max="2" step="0.1"')}
${slider("noise", "Noise", 'min="0" max="0.5" step="0.01"')}
${slider("cDecay", "What remains of the current", 'min="0" max="0.95" step="0.05"')}
${slider("vDecay", "What remains of the membrane", 'min="0" max="0.98" step="0.02"')}
${slider("vThreshold", "Threshold", 'min="0.2" max="2" step="0.1"')}
${slider("vReset", "Start again at", 'min="-3" max="0" step="0.1"')}
<label class="check"><input type="checkbox" name="isSoft">take the threshold off instead</label>
</fieldset>
<fieldset><legend>Among them</legend>
${slider("weight", "Weight: below 0 they silence each other", 'min="-0.5" max="1.2" step="0.01"')}
<label>Each hears<select name="hears">
<option value="all">all</option>
<option value="noSelf">all but itself</option>
<option value="neighbours">itself and its neighbours</option>
<option value="selfOnly">only itself</option>
</select></label>
</fieldset>
</form>
<figure class="plot"><canvas data-population-traces class="membranes" role="img"
 aria-label="Membranes of eight of the neurons"></canvas>
<figcaption>The membranes of every third neuron; the thin line is the threshold. After a spike the
membrane starts again, and the lower it does, the longer the neuron rests.</figcaption></figure>
<h2>The same in your own program</h2>
<p>This prints the raster of these settings, from the first step on:</p>
<div class="code"><button type="button" class="button copy">Copy</button>
<pre tabindex="0" role="region" aria-label="The program"><code data-population-code></code></pre></div>
<p class="note"><a href="../docs/getting_started.html">Getting started</a> says how to run it.</p>
</section>`;
}
