/**
 * Reading and writing parameters: safetensors, PyTorch state dictionaries and NIR graphs.
 *
 * @module
 */
export {};
