// Prints what threads.js finds, and ends.
import { run } from "./threads.js";

console.log(JSON.stringify(await run()));
