// The program of a second thread that ends in its first step.
import { workerData } from "node:worker_threads";
import { mailState } from "../second_thread/mailbox.ts";
import { type ThreadMemory, threadState } from "../second_thread/second_thread.ts";

const { words, mailboxes } = workerData as ThreadMemory;
const thread = new Int32Array(words);
const mailbox = new Int32Array(mailboxes.step.words);
const begin = () => Atomics.compareExchange(mailbox, 0, mailState.posted, mailState.begun);

Atomics.store(thread, 0, threadState.running);
while (begin() !== mailState.posted) Atomics.wait(thread, 1, Atomics.load(thread, 1), 10);
