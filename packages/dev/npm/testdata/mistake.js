// Prints where a mistake was found.
import { ilc } from "spikeloop/functional";
import { cubaLif } from "spikeloop/neuron";

try {
  ilc(cubaLif, { actDim: 4, decPopdim: 10 });
} catch (error) {
  console.log(error.stack);
}
