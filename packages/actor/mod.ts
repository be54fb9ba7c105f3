/**
 * The spiking actor network: population encoder, ILC output population and decoder.
 *
 * @module
 */
export {};
