/** A choice in a list: value, and text. */
type Choice = readonly [value: string, text: string];

const select = (name: string, label: string, choices: readonly Choice[]) =>
  `<label>${label}<select name="${name}" id="set-${name}">${
    choices.map(([value, text]) => `<option value="${value}">${text}</option>`).join("")
  }</select></label>`;

const slider = (name: string, label: string, range: string) =>
  `<label for="set-${name}">${label} <output for="set-${name}"></output>` +
  `<input type="range" name="${name}" id="set-${name}" ${range}></label>`;

const seat = (number: number, title: string, text: string) =>
  `<figure class="seat" data-seat="${number}">
<canvas role="img" tabindex="0" aria-label="Pendulum: ${title}. The left and right arrow keys push it."></canvas>
<div class="pushes">
<button type="button" class="button" data-push="-4" aria-label="Push it to the left">←</button>
<button type="button" class="button" data-drop>Let it fall</button>
<button type="button" class="button" data-push="4" aria-label="Push it to the right">→</button>
</div>
<figcaption><strong data-title>${title}</strong> <span data-text>${text}</span></figcaption>
</figure>`;

const figure = (name: string, term: string) =>
  `<div><dt>${term}</dt><dd data-figure="${name}">–</dd></div>`;

/** The form that asks for what a state dict does not say. */
const dialog = `<dialog aria-labelledby="file-title"><form method="dialog" class="settings">
<h2 id="file-title">What the file does not say</h2>
<p data-facts></p>
<label>Time steps T<input type="number" name="fileSteps" min="1" max="64" value="5" required></label>
${
  select("fileEncode", "Observations become spikes", [
    ["pop-det", "regularly (pop-det)"],
    ["pop-ran", "at random (pop-ran)"],
    ["pop-raw", "not at all (pop-raw)"],
  ])
}
${
  select("fileDecode", "The action is read from", [
    ["last-mem", "the last membrane (last-mem)"],
    ["max-mem", "the highest membrane (max-mem)"],
    ["max-abs-mem", "the membrane farthest from 0 (max-abs-mem)"],
    ["mean-mem", "the mean membrane (mean-mem)"],
  ])
}
<label>Largest action<input type="number" name="fileLimit" min="0.1" max="100" step="0.1" value="2" required></label>
<div class="controls"><button type="submit" class="button main">Let it act</button>
<button type="button" class="button" data-cancel>Cancel</button></div>
</form></dialog>`;

/** The HTML of the tab in which a network learns to swing up a pendulum. */
export function swingUpPanel(): string {
  return `<section role="tabpanel" id="panel-swing-up" aria-labelledby="tab-swing-up">
<h1>A spiking network learns while you watch</h1>
<p class="lead">Spiking neurons send short pulses, as nerve cells do, instead of numbers. The first
network below has learned to swing up a pendulum and to hold it. Press <b>Train</b>, and the second
one learns it now: on your machine, in this page.</p>
<div class="top">
<div>
<div class="stage">
${seat(0, "Trained before", "It came with the page. Drag its pole: it brings it back.")}
${seat(1, "Learning here", "It knows nothing yet. It tries, fails, and gets better.")}
</div>
</div>
<div>
<div class="controls">
<button type="button" class="button main" data-train>Train</button>
<button type="button" class="button" data-reset disabled>Start over</button>
<button type="button" class="button" data-play>Play</button>
<button type="button" class="button" data-step>One step</button>
</div>
<fieldset class="watched"><legend>It learns on</legend>
<label><input type="radio" name="device" value="cpu" checked>the CPU</label>
<label><input type="radio" name="device" value="gpu">the GPU</label>
<span class="note" data-no-gpu hidden>This browser offers no GPU.</span></fieldset>
<dl class="figures">
${figure("step", "steps of practice")}
${figure("rate", "steps per second")}
${figure("return", "mean return of 5 attempts")}
${figure("upright", "first second upright after")}
</dl>
<figure class="plot"><canvas data-curve class="curve" role="img"
 aria-label="Learning curve: the return of every attempt over the steps of practice"></canvas>
<figcaption>Every point is an attempt of 10 seconds, the line the mean of five. The return sums up
rewards: about −1,200 by chance, in the grey band where the pole is swung up and held.</figcaption></figure>
</div>
</div>
<p class="note">The motor is too weak to lift the pole at once: the network has to swing it, like a
child on a swing. The arc in the middle is the torque of the motor. Push the poles with the buttons,
with the arrow keys, or by hand. The <a href="../docs/training.html">guide to training</a> does the
same in a program of your own.</p>
<h2>What it does inside</h2>
<fieldset class="watched"><legend>Look into</legend>
<label><input type="radio" name="watched" value="0" checked>the trained network</label>
<label><input type="radio" name="watched" value="1">the one that learns</label></fieldset>
<figure class="plot"><canvas data-raster class="raster" role="img"
 aria-label="Spike raster of all neurons over the last four seconds"></canvas>
<figcaption>Every mark is a spike, every row a neuron, time runs to the right. From below: the
neurons that encode angle and speed, the hidden layers, and at the top the output, whose
spikes become the torque. Push a pole and see which rows answer.</figcaption></figure>
<figure class="plot"><canvas data-membranes class="membranes" role="img"
 aria-label="Membranes of the output neurons over the last four seconds"></canvas>
<figcaption>The membrane of each output neuron. Where it reaches the thin line, its threshold, the
neuron fires and starts again. These neurons hear each other's spikes one step later: see
<a href="../docs/which_neuron.html">Which neuron</a>.</figcaption></figure>
<h2>Change it</h2>
<form class="settings">
<fieldset><legend>At once, while it learns</legend>
${slider("learningRate", "Learning rate", 'min="-4.5" max="-2" step="0.1"')}
${slider("noise", "Noise on its actions", 'min="0" max="1" step="0.05"')}
${
    select("surrogate", "Stand-in for the derivative of a spike", [
      ["rect", "rectangle"],
      ["atan", "arc tangent"],
      ["sigmoid", "sigmoid"],
      ["triangle", "triangle"],
    ])
  }
${slider("alpha", "Its slope", 'min="-2" max="3" step="0.25"')}
</fieldset>
<fieldset><legend>Another network: starts over</legend>
${slider("timeSteps", "Time steps T for each action", 'min="1" max="12" step="1"')}
${
    select("hiddenSizes", "Hidden layers", [
      ["16", "16 neurons"],
      ["64", "64 neurons"],
      ["32,32", "32 and 32"],
      ["64,64", "64 and 64"],
      ["128,128", "128 and 128"],
    ])
  }
${
    select("neuron", "Neuron", [
      ["cuba-lif", "leaky, current-based (CUBA-LIF)"],
      ["lif", "leaky (LIF)"],
      ["if", "without a leak (IF)"],
    ])
  }
${
    select("connection", "Output neurons hear", [
      ["all", "all of their group (ILC)"],
      ["neighbours", "themselves and their neighbours"],
      ["noSelf", "all but themselves"],
      ["none", "nobody (no ILC)"],
    ])
  }
<label>Seed<input type="number" name="seed" id="set-seed" min="0" max="999999" step="1"></label>
</fieldset>
</form>
<p class="note">The same settings and seed give the same weights, bit for bit, on every machine, while
nothing is changed on the way. Their fingerprint: <span data-figure="fingerprint">–</span>.</p>
<h2>Take it with you</h2>
<div class="controls">
<button type="button" class="button" data-save disabled>Save the network</button>
<label class="button">Open a network<input type="file" data-open
 accept=".safetensors,.pt,.pth,.bin"></label>
</div>
<p class="note">A saved network is a <code>.safetensors</code> file, which <code>readPolicy</code>
reads: <a href="../docs/saving_and_loading.html">saving and loading</a>. Open such a file, or an
ILC-SAN that SpikingJelly has trained on the pendulum (<code>.pt</code> or
<code>.safetensors</code>), or drop it onto this page: it takes the place of the first network.</p>
<p>This program does the run of this page, with the settings as they stand:</p>
<div class="code"><button type="button" class="button copy">Copy</button>
<pre tabindex="0" role="region" aria-label="The program"><code data-code></code></pre></div>
<p class="note"><a href="../docs/getting_started.html">Getting started</a> says how to run it.</p>
${dialog}
</section>`;
}
