import { assert, assertEquals } from "@std/assert";
import { mul, type Tensor, tensor, zeros } from "@spikeloop/tensor";
import { Mailbox } from "./mailbox.ts";

/** A mailbox whose worker, which this thread runs, multiplies by the agent's factor. */
function makeMailbox() {
  const mailbox = new Mailbox();
  const doTask = new Mailbox(mailbox.memory).makeWorker((setup) => {
    const { factor } = JSON.parse(setup);
    return {
      own: 1,
      run: ([x], [least]) => {
        if (x.item() < least) throw new RangeError("It is too small");
        return [mul(x, factor)];
      },
    };
  });
  const post = (x: Tensor, kept: readonly Tensor[] = [], factor = 2, least = 0) => {
    const setup = JSON.stringify({ factor });
    return mailbox.post({ agent: factor, setup, numbers: [least], inputs: [x], kept });
  };
  const take = () => mailbox.take(0)?.map((numbers) => [...numbers]);
  return { mailbox, doTask, post, take };
}

Deno.test("a task is posted, done and taken", () => {
  const { mailbox, doTask, post, take } = makeMailbox();
  assert(!doTask());
  assert(post(tensor(3)));
  assert(mailbox.isPosted && mailbox.isTaken);
  assertEquals(take(), undefined);
  assert(doTask());
  assert(!mailbox.isTaken);
  assertEquals(take(), [[6]]);
  assert(mailbox.took > 0);
});

Deno.test("what the worker has made itself is not sent to it, and other agents start anew", () => {
  const { doTask, post, take } = makeMailbox();
  const six = tensor(-1); // the worker has 6, which its own copy shows
  post(tensor(3), [six]);
  doTask();
  post(six);
  doTask();
  assertEquals(take(), [[12]]);
  post(six, [], 5);
  doTask();
  assertEquals(take(), undefined); // -1 is too small
  post(tensor(1), [], 7);
  doTask();
  assertEquals(take(), [[7]]);
});

Deno.test("a task that is not begun can be taken back, and all of the next one is sent", () => {
  const { mailbox, doTask, post, take } = makeMailbox();
  assert(!mailbox.takeBack());
  const kept = tensor(4);
  post(tensor(3), [kept]);
  assert(mailbox.takeBack());
  assert(!mailbox.isTaken && !doTask());
  post(kept);
  doTask();
  assertEquals(take(), [[8]]);
  assert(!mailbox.takeBack());
});

Deno.test("a task for which memory does not grow is not posted, and the next one is", () => {
  const { mailbox, doTask, post } = makeMailbox();
  const { grow } = SharedArrayBuffer.prototype;
  SharedArrayBuffer.prototype.grow = () => {
    throw new RangeError("No memory");
  };
  try {
    assert(!post(zeros([1 << 16])));
  } finally {
    SharedArrayBuffer.prototype.grow = grow;
  }
  assert(!mailbox.isTaken && !doTask());
  assert(post(zeros([1 << 16])) && mailbox.isPosted);
});

Deno.test("a task that fails is refused, and one that doesn't fit is not posted", () => {
  const { mailbox, doTask, post, take } = makeMailbox();
  post(tensor(1), [], 2, 5);
  assert(doTask());
  assert(mailbox.isRefused);
  assertEquals(take(), undefined);
  const task = { numbers: [], inputs: [], kept: [] };
  assert(!mailbox.post({ ...task, agent: 9, setup: "x".repeat(1 << 17) }));
});
