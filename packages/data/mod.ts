/**
 * From data to a trained network: batches, metrics, readers of data files, the training loop, and a
 * progress bar.
 *
 * @module
 */
export type { Column, DataSet, TensorSet } from "./data_set.ts";
export { batches, type BatchOptions, type DataBatch } from "./batches.ts";
export { type SplitOptions, trainTestSplit } from "./train_test_split.ts";
export { accuracy, confusionMatrix, type Labels } from "./metrics.ts";
export { readIdx } from "./read_idx.ts";
export { readNpy, readNpz } from "./read_npy.ts";
export { type Events, eventsToFrames, type FrameOptions } from "./events_to_frames.ts";
export { type ProgressBar, progressBar, type ProgressBarOptions } from "./progress_bar.ts";
export { fit } from "./fit.ts";
export type { FitEvent, FitOptions, FitSnapshot, Metric, TrainingData } from "./fit_options.ts";
