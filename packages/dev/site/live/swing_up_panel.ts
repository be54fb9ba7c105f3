/** A choice in a list: value, and text. */
type Choice = readonly [value: string, text: string];

const select = (name: string, label: string, choices: readonly Choice[]) =>
  `<label>${label}<select name="${name}" id="set-${name}">${
    choices.map(([value, text]) => `<option value="${value}">${text}</option>`).join("")
  }</select></label>`;

const slider = (name: string, label: string, range: string) =>
  `<label>${label} <output for="set-${name}"></output>` +
  `<input type="range" name="${name}" id="set-${name}" ${range}></label>`;

const seat = (number: number, title: string, text: string) =>
  `<figure class="seat" data-seat="${number}">
<canvas role="img" tabindex="0" aria-label="Pendulum: ${title}. The left and right arrow keys push it."></canvas>
<div class="pushes">
<button type="button" class="button" data-push="-4" aria-label="Push it to the left">←</button>
<button type="button" class="button" data-drop>Let it fall</button>
<button type="button" class="button" data-push="4" aria-label="Push it to the right">→</button>
</div>
<figcaption><strong>${title}</strong> ${text}</figcaption>
</figure>`;

const figure = (name: string, term: string) =>
  `<div><dt>${term}</dt><dd data-figure="${name}">–</dd></div>`;

/** The HTML of the tab in which a network learns to swing up a pendulum. */
export function swingUpPanel(): string {
  return `<section role="tabpanel" id="swing-up" aria-labelledby="tab-swing-up">
<h1>A spiking network learns while you watch</h1>
<p class="lead">Spiking neurons send short pulses, as nerve cells do, instead of numbers. The
network on the left has learned to swing up a pendulum and to hold it. Press <b>Train</b>, and the
one on the right learns it now: on your machine, in this page.</p>
<div class="stage">
${seat(0, "Trained before", "This network comes with the page. Drag its pole: it brings it back.")}
${seat(1, "Learning here", "This one knows nothing yet. It tries, fails, and gets better.")}
</div>
<div class="controls">
<button type="button" class="button main" data-train>Train</button>
<button type="button" class="button" data-reset disabled>Start over</button>
<button type="button" class="button" data-play>Play</button>
<button type="button" class="button" data-step>One step</button>
</div>
<p class="note">The motor is too weak to lift the pole at once, so that the network has to swing it,
like a child on a swing. The arc in the middle is the torque of the motor. Push the poles with the
buttons, with the arrow keys, or by hand.</p>
<dl class="figures">
${figure("step", "steps of practice")}
${figure("rate", "steps per second")}
${figure("return", "mean return of 5 episodes")}
${figure("upright", "first second upright after")}
${figure("fingerprint", "fingerprint of the weights")}
</dl>
<h2>How well it does</h2>
<figure class="plot"><canvas data-curve class="curve" role="img"
 aria-label="Learning curve: the return of every episode over the steps of practice"></canvas>
<figcaption>Every point is an attempt of 10 seconds, the line the mean of five. The return is the sum
of rewards: about −1,200 by chance, and within the grey band where the pole is swung up and held.
The <a href="../docs/training.html">guide to training</a> does the same in your own program.</figcaption></figure>
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
</section>`;
}
