/**
 * The worker that runs the pendulums on the page in real time, each with its network.
 *
 * @module
 */
import type { ILCSan } from "@spikeloop/actor";
import { cubaLif } from "@spikeloop/neuron";
import { messageOf } from "../shared/message_of.ts";
import { pagePort } from "../shared/port.ts";
import { stepSeconds } from "./physics.ts";
import { readPolicy, type SpikingPolicy } from "./read_policy.ts";
import type { Seat, SeatedNetwork, StageNews, StageOrder } from "./stage_messages.ts";
import { StageSeat } from "./stage_seat.ts";

const page = pagePort<StageOrder, StageNews>();
const seats = new Map<Seat, StageSeat>();
let timer: ReturnType<typeof setTimeout> | undefined;

function step(): void {
  for (const [seat, one] of seats) {
    try {
      const frame = one.step();
      page.send(frame, [frame.spikes.buffer, frame.membranes.buffer]);
    } catch (error) {
      seats.delete(seat);
      page.send({ type: "error", seat, message: messageOf(error) });
    }
  }
}

function play(): void {
  let due = performance.now();
  const tick = () => {
    step();
    // After a long wait, as on a hidden page, it goes on from now.
    due = Math.max(due + 1000 * stepSeconds, performance.now());
    timer = setTimeout(tick, due - performance.now());
  };
  tick();
}

/** The sizes of a network that its pictures need. */
function networkOf({ options }: ILCSan): SeatedNetwork {
  const { obsDim, actDim, encPopDim, decPopDim, hiddenSizes, timeSteps } = options;
  const { neuron = cubaLif, params } = options;
  return {
    units: [obsDim * encPopDim, ...hiddenSizes, actDim * decPopDim],
    timeSteps,
    threshold: Number(params?.vThreshold ?? neuron.params.vThreshold ?? NaN),
  };
}

function seatPolicy(seat: Seat, policy: SpikingPolicy, isFile: boolean): void {
  seats.set(seat, new StageSeat(seat, policy, isFile ? undefined : seats.get(seat)));
  page.send({ type: "seated", seat, network: networkOf(policy.actor), isFile });
}

/** Seats the network of a file. The readers of other formats are loaded when they are needed. */
async function open(
  { seat, bytes, codes }: Extract<StageOrder, { readonly type: "open" }>,
): Promise<void> {
  const isOurs = new TextDecoder().decode(bytes.subarray(8, 4096)).includes("spikeloop-actor");
  if (isOurs) return seatPolicy(seat, readPolicy(bytes), true);
  const { factsOf, foreignPolicy } = await import("./foreign_policy.ts");
  if (codes === undefined) page.send({ type: "asks", seat, facts: factsOf(bytes) });
  else seatPolicy(seat, foreignPolicy(bytes, codes), true);
}

async function obey(order: StageOrder): Promise<void> {
  if (order.type === "policy") seatPolicy(order.seat, readPolicy(order.bytes), false);
  else if (order.type === "open") await open(order);
  else if (order.type === "play") {
    clearTimeout(timer);
    if (order.isPlaying) play();
  } else if (order.type === "step") step();
  else {
    const seat = seats.get(order.seat);
    if (order.type === "drop") seat?.drop();
    else if (order.type === "push") seat?.push(order.torque);
    else seat?.put(order.pole, order.type === "hold");
  }
}

page.listen((order) => {
  obey(order).catch((error) => {
    const seat = "seat" in order ? order.seat : 0;
    page.send({ type: "error", seat, message: messageOf(error) });
  });
});
