/**
 * The part of the npm package `@mujoco/mujoco` that environments use. The value of
 * `await loadMujoco()`, where `loadMujoco` is the default export of that package, is one.
 */
export interface Mujoco {
  /** Models, compiled from XML in the format MJCF. */
  readonly MjModel: { from_xml_string(xml: string): MujocoModel };
  /** The constructor of simulations. It takes models of this module only. */
  readonly MjData: new (model: never) => MujocoData;
  /** The constructor of buffers for so many numbers. */
  readonly DoubleBuffer: new (size: number) => MujocoBuffer;
  /** Names of the parts of a state. */
  readonly mjtState: { readonly mjSTATE_INTEGRATION: { readonly value: number } };
  /** Sets a simulation to its start. */
  mj_resetData(model: MujocoModel, data: MujocoData): void;
  /** Computes all that depends on positions and velocities. */
  mj_forward(model: MujocoModel, data: MujocoData): void;
  /** Goes on by one time step. */
  mj_step(model: MujocoModel, data: MujocoData): void;
  /** The number of values of a state. */
  mj_stateSize(model: MujocoModel, parts: number): number;
  /** Copies a state out of a simulation. */
  mj_getState(model: MujocoModel, data: MujocoData, state: MujocoBuffer, parts: number): void;
  /** Copies a state into a simulation. */
  mj_setState(model: MujocoModel, data: MujocoData, state: number[], parts: number): void;
}

/** Numbers in the memory of WebAssembly. */
export interface MujocoBuffer {
  /** Returns a view of the numbers. */
  GetView(): Float64Array;
  /** Frees its memory. */
  delete(): void;
}

/** A compiled model. */
export interface MujocoModel {
  /** The number of positions. */
  readonly nq: number;
  /** The number of velocities. */
  readonly nv: number;
  /** The number of actuators. */
  readonly nu: number;
  /** The smallest and the largest control of each actuator. */
  readonly actuator_ctrlrange: Float64Array;
  /** Frees its memory. */
  delete(): void;
}

/** The state of a simulation, as views of the memory of WebAssembly. */
export interface MujocoData {
  /** Positions. */
  readonly qpos: Float64Array;
  /** Velocities. */
  readonly qvel: Float64Array;
  /** Controls. */
  readonly ctrl: Float64Array;
  /** Forces of constraints, one for each velocity. */
  readonly qfrc_constraint: Float64Array;
  /** Positions of sites, three numbers for each. */
  readonly site_xpos: Float64Array;
  /** Frees its memory. */
  delete(): void;
}
