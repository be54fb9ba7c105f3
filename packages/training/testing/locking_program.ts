// A program that locks the folder of its argument until it is killed, for tests.
import { lockFolder } from "../files/lock_folder.ts";

await lockFolder(Deno.args[0]);
console.log("locked");
