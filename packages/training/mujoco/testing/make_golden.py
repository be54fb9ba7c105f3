"""Computes ../testdata/gymnasium.json: short trajectories of Gymnasium's MuJoCo tasks.

Run it in this folder, in any environment that has gymnasium and mujoco, of the version that
Spikeloop names (the physics differ between versions):

    pip install gymnasium==1.4.0 mujoco==3.14.0
    python make_golden.py
"""

import json
from pathlib import Path

import gymnasium
import mujoco
import numpy as np

STEPS = 24

# First states: offsets of single positions and velocities, beside small random ones; and how much
# of the action space is used, so that the poles stand for a while.
STARTS = {
    "InvertedPendulum-v5": [{"share": 0.02}, {"qpos": {1: 0.1}, "qvel": {1: 2.0}}],
    # The second hits the end of the track.
    "InvertedDoublePendulum-v5": [{"share": 0.05}, {"qpos": {0: 0.9}, "qvel": {0: 3.0}}],
    "Hopper-v5": [{}, {"qpos": {2: 0.1, 3: -0.5}, "qvel": {0: 1.0}}],
    "HalfCheetah-v5": [{}],
    "Walker2d-v5": [{}, {"qpos": {1: 0.1, 3: -0.4, 6: -0.8}}],
}


def pack(x):
    """Numbers to 12 digits, which is far closer than the tests compare."""
    return [float(f"{v:.12g}") for v in np.asarray(x, dtype=np.float64).flatten()]


def case(name, start, seed):
    """A trajectory from a fixed state with fixed actions."""
    draw = np.random.default_rng(seed)
    env = gymnasium.make(name).unwrapped
    env.reset(seed=seed)
    qpos = 0.01 * draw.standard_normal(env.model.nq)
    qvel = 0.01 * draw.standard_normal(env.model.nv)
    for i, x in start.get("qpos", {}).items():
        qpos[i] += x
    for i, x in start.get("qvel", {}).items():
        qvel[i] += x
    qpos, qvel = np.array(pack(qpos)), np.array(pack(qvel))
    mujoco.mj_resetData(env.model, env.data)
    env.set_state(env.init_qpos + qpos, env.init_qvel + qvel)
    rows = {"observations": [pack(env._get_obs())], "rewards": [], "terminated": []}
    actions = []
    for _ in range(STEPS):
        noise = draw.uniform(env.action_space.low, env.action_space.high)
        action = np.array(pack(np.round(start.get("share", 1) * noise, 3)))
        observation, reward, terminated, _, _ = env.step(action)
        actions.append(pack(action))
        rows["observations"].append(pack(observation))
        rows["rewards"].append(pack(reward)[0])
        rows["terminated"].append(bool(terminated))
        if terminated:
            break
    limits = {"maxSteps": gymnasium.spec(name).max_episode_steps, "dt": env.dt}
    bounds = {"low": pack(env.action_space.low), "high": pack(env.action_space.high)}
    return {"name": name, **limits, "actionSpace": bounds, "qpos": pack(qpos), "qvel": pack(qvel),
            "actions": actions, **rows}


cases = [
    case(name, start, seed)
    for name, starts in STARTS.items()
    for seed, start in enumerate(starts)
]
versions = [f"Gymnasium {gymnasium.__version__}", f"MuJoCo {mujoco.__version__}",
            f"numpy {np.__version__}"]
golden = {
    "source": {"generator": ", ".join(versions)},
    "notes": [
        "qpos, qvel: added to the first state of the model, after mj_resetData; then mj_forward.",
        "observations: the first one, then one after each step. 12 digits.",
    ],
    "cases": cases,
}
path = Path(__file__).parent.parent / "testdata" / "gymnasium.json"
path.write_text(json.dumps(golden, separators=(",", ":")) + "\n")
print([(c["name"], len(c["actions"]), c["terminated"][-1]) for c in cases])
