/**
 * The worker that trains. It obeys orders between slices of some milliseconds.
 *
 * @module
 */
import type { WebGpu } from "@spikeloop/webgpu";
import { messageOf } from "../shared/message_of.ts";
import { pagePort } from "../shared/port.ts";
import type { Device, LearnerNews, LearnerOrder } from "./learner_messages.ts";
import { LearnerRun } from "./learner_run.ts";

/** The milliseconds of a slice. */
const slice = 12;

/** The milliseconds between two reports, and between two policies. */
const [reportEvery, policyEvery] = [200, 250];

const page = pagePort<LearnerOrder, LearnerNews>();
let run: LearnerRun | undefined;
let isGoing = false;
let isLooping = false;
let device: Device = "cpu";
let gpu: WebGpu | undefined;

/** Lets orders be heard. A timer would wait for 4 ms each time. */
function turn(): Promise<void> {
  const { port1, port2 } = new MessageChannel();
  return new Promise((resolve) => {
    port1.onmessage = () => {
      port1.close();
      resolve();
    };
    port2.postMessage(undefined);
  });
}

function sendPolicy(from: LearnerRun): void {
  const bytes = from.policy();
  page.send({ type: "policy", bytes }, [bytes.buffer]);
}

/** Moves the run to the device that the reader wants. A GPU that fails leaves it where it is. */
async function changeDevice(current: LearnerRun): Promise<void> {
  let problem: string | undefined;
  try {
    if (device === "gpu") gpu ??= await (await import("@spikeloop/webgpu")).webgpu();
    await current.moveTo(device === "gpu" ? gpu : undefined);
  } catch (error) {
    device = current.backend === undefined ? "cpu" : "gpu";
    problem = messageOf(error);
  }
  page.send({ type: "device", device, problem });
}

async function loop(): Promise<void> {
  if (isLooping) return;
  isLooping = true;
  let [lastReport, lastPolicy] = [-Infinity, -Infinity];
  try {
    while (run !== undefined) {
      const current = run;
      if ((current.backend === undefined) !== (device === "cpu")) await changeDevice(current);
      if (!isGoing) break;
      await current.advance(slice);
      if (current !== run) continue; // The reader has started over.
      const now = performance.now();
      if (now - lastReport >= reportEvery) {
        lastReport = now;
        page.send(current.report());
      }
      if (now - lastPolicy >= policyEvery) {
        lastPolicy = now;
        sendPolicy(current);
      }
      await turn();
    }
    if (run !== undefined) {
      page.send(run.report());
      sendPolicy(run);
    }
  } catch (error) {
    isGoing = false;
    page.send({ type: "error", message: messageOf(error) });
  } finally {
    isLooping = false;
  }
}

page.listen((order) => {
  try {
    if (order.type === "start") run = new LearnerRun(order.settings);
    if (order.type === "change") run?.change(order.settings);
    if (order.type === "save" && run !== undefined) {
      page.send({ type: "saved", step: run.step, bytes: run.policy() });
    }
    if (order.type === "go") isGoing = order.isGoing;
    if (order.type === "device") device = order.device;
    if (run !== undefined) loop();
  } catch (error) {
    page.send({ type: "error", message: messageOf(error) });
  }
});
