import type { MujocoData } from "./mujoco.ts";

/** The views of a simulation. */
type Views = Pick<MujocoData, "qpos" | "qvel" | "ctrl" | "qfrc_constraint" | "site_xpos">;

/**
 * The state of a simulation, as views of the memory of WebAssembly. Don't keep a view beyond a
 * step: it loses its numbers when that memory grows, as any further environment may make it do.
 */
export class Physics {
  readonly #data: MujocoData;
  #views: Views;

  /** Reads and writes a simulation. */
  constructor(data: MujocoData) {
    this.#data = data;
    this.#views = viewsOf(data);
  }

  /** Positions, [nq]. */
  get qpos(): Float64Array {
    return this.#fresh().qpos;
  }

  /** Velocities, [nv]. */
  get qvel(): Float64Array {
    return this.#fresh().qvel;
  }

  /** Controls, [nu]. */
  get ctrl(): Float64Array {
    return this.#fresh().ctrl;
  }

  /** Forces of constraints, [nv]. */
  get qfrcConstraint(): Float64Array {
    return this.#fresh().qfrc_constraint;
  }

  /** Positions of sites, three numbers for each. */
  get siteXpos(): Float64Array {
    return this.#fresh().site_xpos;
  }

  // A getter of MuJoCo costs 0.4 µs, so views are kept. They are empty once the memory has grown.
  #fresh(): Views {
    if (this.#views.qpos.length === 0) this.#views = viewsOf(this.#data);
    return this.#views;
  }
}

function viewsOf({ qpos, qvel, ctrl, qfrc_constraint, site_xpos }: MujocoData): Views {
  return { qpos, qvel, ctrl, qfrc_constraint, site_xpos };
}
