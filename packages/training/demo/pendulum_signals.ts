import type { Series } from "@spikeloop/plot";
import type { RecordedEpisode } from "../report/record_episode.ts";

/** Torque and angle of the pendulum in an episode. */
export function pendulumSignals({ actions, observations }: RecordedEpisode): Series[] {
  return [
    { name: "torque", y: actions.map(([torque]) => torque) },
    { name: "angle from upright (radians)", ...anglesOf(observations) },
  ];
}

/** The angle of the pole over time, with a gap where it passes the lowest point. */
function anglesOf(observations: RecordedEpisode["observations"]): { x: number[]; y: number[] } {
  const [x, y]: [number[], number[]] = [[], []];
  observations.forEach(([cos, sin], t) => {
    const angle = Math.atan2(sin, cos);
    if (t > 0 && Math.abs(angle - y[y.length - 1]) > Math.PI) {
      x.push(t - 0.5);
      y.push(NaN);
    }
    x.push(t);
    y.push(angle);
  });
  return { x, y };
}
