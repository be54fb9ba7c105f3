import { assertEquals } from "@std/assert";
import * as facade from "./mod.ts";

/** The names that are promised, by the package that has them. */
const promised: Readonly<Record<string, string>> = {
  tensor: `tensor zeros ones full grad valueAndGrad stopGradient customVjp
    add sub mul div neg abs exp log sqrt tanh sigmoid relu minimum maximum pow clip where matmul sum mean max min
    reshape transpose concat stack slice less greater equal take oneHot softmax logSoftmax repeatSteps`,
  random: "key split uniform normal randint permutation",
  neuron: "defineNeuron integrateAndFire lif cubaLif",
  nodes:
    `ILCBaseNode ILCIFNode ILCLIFNode ILCCUBALIFNode IFNode LIFNode ParametricLIFNode CUBALIFNode
    NonSpikingIFNode NonSpikingLIFNode NoisyCUBALIFNode NoisyILCIFNode NoisyILCLIFNode NoisyILCCUBALIFNode
    NoisyNonSpikingIFNode`,
  functional:
    `ilc plain dense linear sequential parallel residual stateless dropout readOut detach summary meanSquaredError crossEntropy spikeRateLoss adam sgd clipByGlobalNorm polyak
    noSelf selfOnly neighbours adamW cosineDecay linearDecay stepDecay warmUp rateBounds`,
  webgpu: "webgpu",
  encoding:
    `popSpikeEncoderDeterministic popSpikeEncoderRandom popEncoder poissonEncoder latencyEncoder`,
  actor: "ilcSan",
  data: `batches trainTestSplit accuracy confusionMatrix readIdx readNpy readNpz eventsToFrames fit
    progressBar`,
  training: "td3 pendulum",
  interchange: "readSafetensors writeSafetensors restore readTorch readNir writeNir",
  plot: "rasterPlot tracePlot linePlot surrogatePlot histogramPlot heatmapPlot",
};

const surrogates =
  `piecewiseQuadratic piecewiseExp sigmoid softSign superSpike atan nonzeroSignLogAbs erf
  piecewiseLeakyReLU squarewaveFourierSeries s2nn qPseudoSpike leakyKReLU fakeNumericalGradient logTailedReLU
  deterministicPass poissonPass multiLevelSpikeCount rect triangle fastSigmoid straightThrough gaussian
  surrogate registerSurrogate surrogateNames slopeAt primitiveAt`;

const expressions = "add sub mul div neg abs exp log sqrt tanh sigmoid pow min max detach spike";

const words = (list: string) => list.split(/\s+/);

function missing(names: string, from: object): string[] {
  return words(names).filter((name) => !(name in from));
}

for (const [name, names] of Object.entries(promised)) {
  Deno.test(`the facade has what ${name} promises`, () => {
    assertEquals(missing(names, facade), []);
  });
}

Deno.test("the facade has what surrogate and expr promise in their namespaces", () => {
  assertEquals(missing(surrogates, facade.surrogates), []);
  assertEquals(
    missing("surrogate registerSurrogate surrogateNames slopeAt primitiveAt rect", facade),
    [],
  );
  assertEquals(missing(expressions, facade.expr), []);
});
