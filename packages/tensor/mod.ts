/**
 * Tensors with reverse-mode gradients: the differentiable functions, and the time loop of a neuron.
 *
 * @module
 */
export { Tensor } from "./tensor.ts";
export type { TensorLike } from "./common_backend.ts";
export { checkTensor } from "./check_tensor.ts";
export { checkReadable } from "./check_readable.ts";
export { checkIndices } from "./check_indices.ts";
export {
  type AnyTree,
  type Differentiable,
  mapTree,
  type NamedTree,
  type Tree,
  treeFromLeaves,
  treeLeaves,
  treeLike,
} from "./tree.ts";
export { copyTree } from "./copy_tree.ts";
export {
  type CreateOptions,
  fillTensor,
  full,
  ones,
  tensor,
  uploadTensor,
  zeros,
  zerosLike,
} from "./create.ts";
export { isNumberArray, type NestedNumbers, type NumberArray } from "./read_numbers.ts";
export { nestedNumbers } from "./nested_numbers.ts";
export {
  type Build,
  elementwise,
  elementwiseAll,
  type ElementwiseOptions,
  type MapFormula,
  openOperation,
  operation,
  operationOf,
} from "./elementwise.ts";
export { type Arguments, elementwiseTogether } from "./elementwise_together.ts";
export {
  abs,
  add,
  type BinaryFunction,
  clip,
  div,
  equal,
  exp,
  greater,
  less,
  log,
  maximum,
  minimum,
  mul,
  neg,
  pow,
  relu,
  sigmoid,
  sqrt,
  sub,
  tanh,
  type UnaryFunction,
  where,
} from "./functions.ts";
export type { AxisOption } from "./axes.ts";
export { reshape } from "./reshape.ts";
export { broadcastTo, mean, sum } from "./sum.ts";
export { argmax, argmin, max, min } from "./extremes.ts";
export { concat, partAt, slice, stack, stackAt, transpose } from "./movement.ts";
export { take } from "./take.ts";
export { oneHot } from "./one_hot.ts";
export { logSoftmax, softmax } from "./softmax.ts";
export { repeatSteps } from "./repeat_steps.ts";
export { matmul, type MatmulOptions } from "./matmul.ts";
export { affine, type AffineOptions } from "./affine.ts";
export { maskedWeight } from "./masked_weight.ts";
export { customVjp } from "./custom_vjp.ts";
export { grad, stopGradient, valueAndGrad, valueAuxAndGrad } from "./grad.ts";
export { scoped } from "./scoped.ts";
export { scan, type ScanOutput, scanSequence } from "./scan.ts";
export { bindScan, scanStepper } from "./bind_scan.ts";
export type { ScanOptions, ScanStepOptions } from "./scan_operands.ts";
export {
  CheckedScanSetting,
  checkScanSetting,
  type Lateral,
  type ScanSetting,
  type ScanState,
  type ScanStateBuffer,
} from "./scan_setting.ts";
