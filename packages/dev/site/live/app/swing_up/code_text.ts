import type { ConnectionName, NeuronName, Settings } from "./settings.ts";

const neurons: Readonly<Record<NeuronName, string>> = {
  "cuba-lif": "cubaLif",
  "lif": "lif",
  "if": "integrateAndFire",
};

const connections: Readonly<Record<ConnectionName, string | undefined>> = {
  all: undefined,
  neighbours: "{ mask: neighbours(1) }",
  noSelf: "{ mask: noSelf }",
  none: `"none"`,
};

/** The program that does the run of the page: the same network, learning and seed. */
export function codeText(settings: Settings): string {
  const { seed, timeSteps, hiddenSizes, neuron, connection, surrogate } = settings;
  const mask = connections[connection];
  const names = ["ilcSan", "key", neurons[neuron], "pendulum", "surrogate", "td3", "trainer"];
  if (connection === "neighbours" || connection === "noSelf") names.push(connection);
  return `import { ${names.sort().join(", ")}, writeCheckpoint } from "@spikeloop/spikeloop";

const { observationSpace, actionSpace } = pendulum();
const actor = ilcSan({
  observationSpace,
  actionSpace,
  hiddenSizes: [${hiddenSizes.join(", ")}],
  timeSteps: ${timeSteps},
  neuron: ${neurons[neuron]},
  surrogate: surrogate("${surrogate}", { alpha: ${settings.alpha} }),${
    mask === undefined ? "" : `\n  connection: ${mask},`
  }
});
// The critics soon have learned how large these smaller rewards are.
const task = () => {
  const inner = pendulum();
  const step: typeof inner.step = (action) => {
    const transition = inner.step(action);
    return { ...transition, reward: 0.05 * transition.reward };
  };
  return { ...inner, step };
};
const training = trainer({
  environment: task,
  agent: td3({
    actor,
    criticSizes: [64, 64],
    actorLearningRate: ${settings.learningRate},
    criticLearningRate: 3 * ${settings.learningRate},
    policyDelay: 1,
    polyak: 0.98,
    gamma: 0.97,
  }),
  key: key(${seed}),
  steps: 10_000,
  startSteps: 400,
  updateAfter: 400,
  batchSize: 64,
  replaySize: 50_000,
  actNoise: ${settings.noise},
});
for (const event of training) {
  if (event.type === "episode") console.log(event.step, event.return / 0.05);
}
const file = writeCheckpoint(training.policy); // the bytes of a .safetensors file
console.log(\`\${file.length} bytes\`);
`;
}
