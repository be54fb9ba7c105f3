// Prints how many golden cases of each node the package passes in Node.
import { readFileSync } from "node:fs";
import { checkGolden } from "./golden.js";

for (const node of ["if", "lif", "cubalif"]) {
  console.log(await checkGolden(JSON.parse(readFileSync(`${node}.json`, "utf8"))));
}
