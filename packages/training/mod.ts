/**
 * Environments, replay and TD3: what it takes to train a spiking actor.
 *
 * @module
 */
export {};
