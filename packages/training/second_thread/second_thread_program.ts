// The program of a second thread: it computes steps of actors, one after another.
import { workerData } from "node:worker_threads";
import { cpu, limitThreads } from "@spikeloop/cpu";
import { adam } from "@spikeloop/functional";
import { scoped, type Tensor } from "@spikeloop/tensor";
import { makeActorStep } from "../algorithms/actor_step.ts";
import { remakeActor } from "../make_actor.ts";
import { makeTwinCritics } from "../twin_critics.ts";
import { Exchange } from "./exchange.ts";
import { type ThreadMemory, threadState } from "./second_thread.ts";
import { stepLists, type StepSetup } from "./setup.ts";

const memory = workerData as ThreadMemory;
const words = new Int32Array(memory.words);
const numbers = new Float64Array(memory.numbers);
const inputs = new Exchange(memory.inputs);
const outputs = new Exchange(memory.outputs);

/** Makes the steps of an agent. */
function makeStep(text: string): () => boolean {
  const { obsDim, actDim, criticSizes, actor: plain }: StepSetup = JSON.parse(text);
  const actor = remakeActor(plain);
  const twins = makeTwinCritics(obsDim, actDim, criticSizes);
  const lists = stepLists(actor.shapes, twins.shapes);
  const take = makeActorStep(twins, adam({ learningRate: () => numbers[1] }));
  const step = scoped(cpu, (list: readonly Tensor[]) => {
    const [count] = numbers;
    return lists.ofStep(take(lists.input(list, count), actor));
  });
  return () => {
    const results = step(inputs.receive());
    inputs.keep(results.slice(0, lists.own));
    return outputs.send(results);
  };
}

let agent = 0;
let step = () => false;

/** Does what is posted, and returns the state after it. */
function doTask(): number {
  try {
    if (words[1] !== agent) {
      agent = words[1];
      inputs.keep([]);
      step = makeStep(new TextDecoder().decode(new Uint8Array(memory.setup).slice(0, words[2])));
    }
    const start = performance.now();
    const isDone = step();
    numbers[2] = performance.now() - start;
    return isDone ? threadState.done : threadState.refused;
  } catch {
    step = () => false;
    return threadState.refused;
  }
}

limitThreads(1);
Atomics.compareExchange(words, 0, threadState.starting, threadState.idle);
while (true) {
  const state = Atomics.load(words, 0);
  if (state === threadState.stopped || state === threadState.failed) break;
  if (state !== threadState.posted) Atomics.wait(words, 0, state);
  else {
    const end = doTask();
    Atomics.compareExchange(words, 0, threadState.posted, end);
    Atomics.notify(words, 0);
  }
}
