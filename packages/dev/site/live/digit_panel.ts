/** The HTML of the tab in which a network reads a digit. */
export function digitPanel(): string {
  const examples = Array.from(
    { length: 10 },
    (_, digit) =>
      `<button type="button" class="button" data-example="${digit}" aria-label="Example of a ${digit}">${digit}</button>`,
  );
  return `<section role="tabpanel" id="panel-digit" aria-labelledby="tab-digit" hidden>
<h1>Draw a digit, and watch it being read</h1>
<p class="lead">A network of 120 spiking neurons has learned to read digits from 1,438 handwritten
ones. Draw one of your own: the spikes show how it decides, step by step.</p>
<div class="digit">
<figure><canvas data-board class="board" role="img" aria-label="Drawing board"></canvas>
<figcaption>Draw here, with mouse, pen or finger.</figcaption></figure>
<figure><div role="grid" class="pixels" aria-label="The image that the network takes"></div>
<figcaption>What the network gets: 8 by 8 pixels. Click them, or use the arrow keys and the space
bar.</figcaption></figure>
<div><p class="answer" role="status" data-answer>Loading</p>
<ol class="shares" data-shares aria-label="Belief in each digit"></ol></div>
</div>
<div class="controls"><button type="button" class="button" data-clear>Clear</button>
<span role="group" class="controls" aria-label="Examples">${examples.join("")}</span></div>
<h2>Its hidden neurons, step by step</h2>
<div class="settings">
<label for="moment">Time step shown <output for="moment"></output><input type="range" name="moment" id="moment" min="1" max="5" step="1" value="5"></label>
<label for="digitSteps">Time steps T for an image <output for="digitSteps"></output><input type="range" name="digitSteps" id="digitSteps" min="1" max="20" step="1" value="5"></label>
</div>
<div class="controls"><button type="button" class="button" data-replay>Show it again</button></div>
<figure class="plot"><canvas data-hidden class="hidden-units" role="img"
 aria-label="The spikes of the 120 hidden neurons at every time step"></canvas>
<figcaption>A block for every time step, a column for every group of ten neurons, a filled dot for a
spike. In the first step the pixels alone make neurons fire; from the second on the neurons of a
group hear each other, too. The ten bars are the mean membranes of ten output neurons, as shares.
Give it one step only, or twenty: when is it sure?</figcaption></figure>
<p class="note">The <a href="../docs/tutorials/digits.html">tutorial on digits</a> builds and trains
this network in 60 lines, in a minute; <code>deno task digits</code> runs it. Its file of weights is
the one that this page has loaded.</p>
</section>`;
}
