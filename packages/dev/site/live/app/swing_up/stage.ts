/**
 * The worker that runs the pendulums on the page in real time, each with its network.
 *
 * @module
 */
import { messageOf } from "../shared/message_of.ts";
import { pagePort } from "../shared/port.ts";
import { stepSeconds } from "./physics.ts";
import { networkOf } from "./network_of.ts";
import { readPolicy } from "./read_policy.ts";
import type { Seat, StageNews, StageOrder } from "./stage_messages.ts";
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
    // After a long wait, as that of a hidden page, it goes on from now.
    due = Math.max(due + 1000 * stepSeconds, performance.now());
    timer = setTimeout(tick, due - performance.now());
  };
  tick();
}

function obey(order: StageOrder): void {
  if (order.type === "policy") {
    const { seat } = order;
    const policy = readPolicy(order.bytes);
    seats.set(seat, new StageSeat(seat, policy, seats.get(seat)));
    page.send({ type: "seated", seat, network: networkOf(policy.actor) });
  } else if (order.type === "play") {
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
  try {
    obey(order);
  } catch (error) {
    const seat = "seat" in order ? order.seat : 0;
    page.send({ type: "error", seat, message: messageOf(error) });
  }
});
