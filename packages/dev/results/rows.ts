/** A row of docs/results.md: a folder of runs, and the options of `spikeloop train` for it. */
export interface ResultRow {
  /** The folder in `runs/results`. */
  readonly name: string;
  /** The method, for the table. */
  readonly title: string;
  /** The options, besides `--out`. */
  readonly options: string;
}

/** Rows that are compared with each other, the first with all others. */
export interface ResultGroup {
  readonly title: string;
  /** A sentence or two about the runs. */
  readonly text: string;
  readonly rows: readonly ResultRow[];
}

const small = "--actor.hiddenSizes 64,64 --agent.criticSizes 64,64";
const perceptron =
  "--actor.kind mlp --actor.encPopDim 10 --actor.hiddenSizes 64,64 --agent.criticSizes 64,64";
const rate = "--agent.actorLearningRate";
const often = "--evaluate.every 500";
const pendulum = `--env pendulum --steps 8000 --seeds 0-4 ${rate} 5e-4 ${often}`;
const mountainCar = `--env mountain-car --steps 8000 --evaluate.every 1000 ${small} ` +
  "--trainer.noiseCorrelation 0.95 --trainer.actNoise 0.5";
const doublePendulumWith = (seeds: string) =>
  `--env mujoco:inverted-double-pendulum --steps 30000 --seeds ${seeds} ${rate} 1e-3 ` +
  "--evaluate.every 1000";
const doublePendulum = doublePendulumWith("0-4");

const locomotion = `--steps 100000 --seeds 0 ${rate} 1e-4 --evaluate.every 5000`;

const sac = "--algo sac --trainer.startSteps 100 --trainer.updateAfter 100 " +
  "--agent.actorLearningRate 1e-3 --agent.criticLearningRate 1e-3 --agent.entropyLearningRate 1e-3";
const ppo = "--algo ppo --steps 100000 --environments 4 --agent.rolloutSteps 256 " +
  "--agent.learningRate.linearDecay.from 1e-3 --agent.learningRate.linearDecay.steps 16000 " +
  "--evaluate.every 10000 --actor.hiddenSizes 64,64";
const tanh = "--actor.kind mlp --actor.activation tanh";

const doublePpo = "--env mujoco:inverted-double-pendulum --seeds 0-2";
const largerBatches = "--algo ppo --steps 200000 --environments 4 --agent.rolloutSteps 512 " +
  "--agent.minibatchSize 512 --agent.gamma 0.98 --agent.gaeLambda 0.9 " +
  "--agent.learningRate.linearDecay.from 2e-3 --agent.learningRate.linearDecay.steps 4000 " +
  "--evaluate.every 10000 --actor.hiddenSizes 64,64";

/** The rows of a task with the connection, without it and with a part of it, and of an ANN. */
const connectionRows = (name: string, options: string): ResultRow[] => [
  { name: `${name}-ilc`, title: "ILC-SAN", options: `${options} ${small}` },
  {
    name: `${name}-none`,
    title: "without connection",
    options: `${options} ${small} --actor.connection none`,
  },
  {
    name: `${name}-masked`,
    title: "masked, no self-connection",
    options: `${options} ${small} --actor.connection noSelf`,
  },
  { name: `${name}-ann`, title: "ANN, same encoder", options: `${options} ${perceptron}` },
];

/** All rows of the page. */
export const resultGroups: readonly ResultGroup[] = [
  {
    title: "Pendulum: ILC on, off and masked, and an ANN",
    text: "All networks are 64-64, and all read the same population encoder of 10 units per " +
      "number. The mask `noSelf` leaves out the connection of a unit to itself, in training too.",
    rows: connectionRows("pendulum", pendulum),
  },
  {
    title: "Pendulum: a proxy target",
    text: "The first row has a target actor that is a perceptron and imitates the spiking one " +
      "(Proxy Target, NeurIPS 2025); the weights of the second row's target follow those of the " +
      "actor. All else is as above. Published for LIF neurons at 1e6 steps, without and with the " +
      "proxy: ant 4294 and 5383, half-cheetah 9404 and 10103, hopper 3520 and 3385, walker 1862 " +
      "and 4314. This task is small, 8,000 steps are few, and these runs show no difference.",
    rows: [
      {
        name: "pendulum-proxy",
        title: "ILC-SAN, proxy target",
        options: `${pendulum} ${small} --agent.proxyTarget.hiddenSizes 64,64`,
      },
      {
        name: "pendulum-ilc",
        title: "ILC-SAN, plain target",
        options: `${pendulum} ${small}`,
      },
    ],
  },
  {
    title: "Pendulum: TD3 that lags",
    text: "With `lag: 1` critics learn one update later and steps of the actor show one turn " +
      "later, so that a second thread can compute them; all else is as above.",
    rows: [
      {
        name: "pendulum-lag",
        title: "ILC-SAN, lag 1",
        options: `${pendulum} ${small} --agent.lag 1`,
      },
      { name: "pendulum-ilc", title: "ILC-SAN", options: `${pendulum} ${small}` },
    ],
  },
  {
    title: "Cart-pole swing-up",
    text:
      "At a learning rate of 1e-3 the actor saturates here; this is 1e-4. These steps are too few: " +
      "an episode can return 500.",
    rows: [{
      name: "cart-pole-swing-up",
      title: "ILC-SAN",
      options:
        `--env cart-pole-swing-up --steps 12000 --seeds 0 ${rate} 1e-4 --evaluate.every 1000 ${small}`,
    }],
  },
  {
    title: "Mountain car",
    text: "Noise that is drawn afresh at every step cancels out, and the car never leaves the " +
      "valley. This noise is large, and correlated in time. From 90 on the task counts as " +
      "solved; the larger learning rate loses the policy again.",
    rows: [
      {
        name: "mountain-car-1e4",
        title: "ILC-SAN, learning rate 1e-4",
        options: `--seeds 0-2 ${rate} 1e-4 ${mountainCar}`,
      },
      {
        name: "mountain-car",
        title: "ILC-SAN, learning rate 5e-4",
        options: `--seeds 0 ${rate} 5e-4 ${mountainCar}`,
      },
    ],
  },
  {
    title: "Inverted pendulum (MuJoCo)",
    text: "1,000 is the most that an episode can return.",
    rows: [{
      name: "inverted-pendulum",
      title: "ILC-SAN",
      options:
        `--env mujoco:inverted-pendulum --steps 5000 --seeds 0-2 ${rate} 1e-3 --evaluate.every 1000 ${small}`,
    }],
  },
  {
    title: "Inverted double pendulum (MuJoCo): ILC on, off and masked, and an ANN",
    text: "Published at 1e6 steps and 5 seeds: ILC-SAN 9352, an ANN trained by TD3 7503 (Proxy " +
      "Target, NeurIPS 2025, table 1). These runs have 30,000 steps. All seeds of the spiking " +
      "actors solve the task, and four of five ANNs; the fifth reaches 8452. What the connection " +
      "adds is small beside what is published for other methods.",
    rows: connectionRows("idp", doublePendulum),
  },
  {
    title: "Inverted double pendulum (MuJoCo): TD3 that lags",
    text: "Ten seeds each. With `lag: 1` nine solve the task within these steps, and the tenth " +
      "reaches 8496; without it all ten do.",
    rows: [
      {
        name: "idp-lag",
        title: "ILC-SAN, lag 1",
        options: `${doublePendulumWith("0-9")} ${small} --agent.lag 1`,
      },
      {
        name: "idp-plain",
        title: "ILC-SAN",
        options: `${doublePendulumWith("0-9")} ${small}`,
      },
    ],
  },
  {
    title: "Hopper (MuJoCo)",
    text: "Published at 1e6 steps and 5 seeds: ILC-SAN 3403, an ANN trained by TD3 3410 (Proxy " +
      "Target, table 1); the curve of its PT-LIF is at 408 after 100,000 steps and at 2806 after " +
      "500,000. This is one seed.",
    rows: [{
      name: "hopper",
      title: "ILC-SAN, 256-256",
      options: "--env mujoco:hopper --steps 300000 --seeds 0 " +
        `${rate} 1e-4 --evaluate.every 5000 --actor.hiddenSizes 256,256 --agent.criticSizes 256,256`,
    }],
  },
  {
    title: "Half-cheetah (MuJoCo)",
    text: "Published at 1e6 steps and 5 seeds: ILC-SAN 9222, an ANN trained by TD3 10857 (Proxy " +
      "Target, table 1); the curve of its PT-LIF is at 2346 after 50,000 steps and at 4479 after " +
      "100,000. These are 100,000 steps, which are few, and one seed each, with which no test " +
      "can find a difference significant, however large it is. Both have hopper's learning rate " +
      "of 1e-4, and no other was tried. The return of the spiking actor still grows at the end, " +
      "well below that curve.",
    rows: [
      {
        name: "half-cheetah",
        title: "ILC-SAN, 64-64",
        options: `--env mujoco:half-cheetah ${locomotion} ${small}`,
      },
      {
        name: "half-cheetah-ann",
        title: "ANN, same encoder",
        options: `--env mujoco:half-cheetah ${locomotion} ${perceptron}`,
      },
    ],
  },
  {
    title: "Walker (MuJoCo)",
    text: "Published at 1e6 steps and 5 seeds: ILC-SAN 4200, an ANN trained by TD3 4340 (Proxy " +
      "Target, table 1); the curve of its PT-LIF is at 345 after 100,000 steps and at 2258 after " +
      "500,000. These are 100,000 steps and one seed each: neither actor has learned to walk. " +
      "The best evaluation of both is the first one, of an actor that had hardly learned, so the " +
      "last one says more.",
    rows: [
      {
        name: "walker2d",
        title: "ILC-SAN, 64-64",
        options: `--env mujoco:walker2d ${locomotion} ${small}`,
      },
      {
        name: "walker2d-ann",
        title: "ANN, same encoder",
        options: `--env mujoco:walker2d ${locomotion} ${perceptron}`,
      },
    ],
  },
  {
    title: "Time steps",
    text: "The same runs with other numbers T of steps of the network per action.",
    rows: [1, 2, 3, 4, 5, 6, 7, 8].map((steps) => ({
      name: steps === 5 ? "pendulum-ilc" : `pendulum-t${steps}`,
      title: `ILC-SAN, T = ${steps}`,
      options: `${pendulum} ${small}${steps === 5 ? "" : ` --actor.timeSteps ${steps}`}`,
    })),
  },
  {
    title: "SAC on the pendulum",
    text: "RL Zoo's benchmark of Stable-Baselines3 has one run of SAC: −157 after 20,000 steps.",
    rows: [
      {
        name: "sac-pendulum-ilc",
        title: "SAC, ILC-SAN",
        options:
          `--env pendulum --steps 6000 --seeds 0-4 ${sac} --trainer.batchSize 128 ${often} ${small}`,
      },
      {
        name: "sac-pendulum-ann",
        title: "SAC, ANN",
        options:
          `--env pendulum --steps 6000 --seeds 0-4 ${sac} --trainer.batchSize 128 ${often} ${small} --actor.kind mlp`,
      },
    ],
  },
  {
    title: "PPO on the pendulum",
    text:
      "RL Zoo's benchmark has one run of PPO: −172 after 100,000 steps, with exploration that " +
      "depends on the state, which is not built here.",
    rows: [
      {
        name: "ppo-pendulum-ann",
        title: "PPO, ANN",
        options: `--env pendulum --seeds 0-4 ${ppo} --agent.gamma 0.9 ${tanh}`,
      },
      {
        name: "ppo-pendulum-ilc",
        title: "PPO, ILC-SAN",
        options: `--env pendulum --seeds 0-4 ${ppo} --agent.gamma 0.9`,
      },
    ],
  },
  {
    title: "PPO on the pendulum, by firing rates",
    text: "The settings of the runs above, with a decoder that reads firing rates. The interval " +
      "contains the means of both.",
    rows: [{
      name: "ppo-pendulum-rates",
      title: "PPO, ILC-SAN, firing rates",
      options: `--env pendulum --seeds 0-4 ${ppo} --agent.gamma 0.9 --actor.decode fr-mlp`,
    }],
  },
  {
    title: "SAC on the inverted double pendulum (MuJoCo)",
    text:
      "RL Zoo's benchmark has no run of this task. Tianshou's has 10 seeds of SAC with an ANN: " +
      "9359.5 ± 0.4, the best mean within 1e6 steps.",
    rows: [{
      name: "sac-inverted-double-pendulum",
      title: "SAC, ILC-SAN",
      options:
        `--env mujoco:inverted-double-pendulum --steps 20000 --seeds 0-2 ${sac} --evaluate.every 1000 ${small}`,
    }],
  },
  {
    title: "PPO on the inverted double pendulum (MuJoCo)",
    text:
      "The pages of eight models that were trained by RL Zoo's configuration of PPO, 1e6 steps " +
      "each, state returns of 503, 1,508, 4,412, 4,884, 6,480, 6,579, 7,465 and 9,358. By the " +
      "settings of the ANN the spiking actor does not learn the task: as its decoder sums the " +
      "spikes of all time steps, the first update moves its policy by a divergence three to five " +
      "times as large. The third row decodes firing rates, feeds real numbers to the first layer, " +
      "has batches of 512, and twice the steps; it was chosen among ten settings by runs of seed 0.",
    rows: [
      {
        name: "ppo-inverted-double-pendulum-ann",
        title: "PPO, ANN",
        options: `${doublePpo} ${ppo} ${tanh}`,
      },
      {
        name: "ppo-inverted-double-pendulum-ilc",
        title: "PPO, ILC-SAN",
        options: `${doublePpo} ${ppo}`,
      },
      {
        name: "ppo-inverted-double-pendulum-rates",
        title: "PPO, ILC-SAN, firing rates, larger batches",
        options: `${doublePpo} ${largerBatches} --actor.encode pop-raw --actor.decode fr-mlp`,
      },
      {
        name: "ppo-inverted-double-pendulum-ann-batches",
        title: "PPO, ANN, larger batches",
        options: `${doublePpo} ${largerBatches} ${tanh}`,
      },
    ],
  },
];
