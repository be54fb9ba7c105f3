/**
 * The parts of readers of files, for packages that read formats of their own: checks of arguments,
 * a budget of bytes, ZIP archives and numbers.
 *
 * @module
 */
export { type Budget, type Fail, objectBytes } from "./budget.ts";
export { decodeText, quote, type Reading, type ReadOptions, startReading } from "./reading.ts";
export { decodeNumbers, type Dtype, dtypes, isLittleEndian } from "./dtypes.ts";
export { setOrLeaveOut } from "./leave_out.ts";
export { crc32 } from "./crc32.ts";
export { inflate } from "./inflate.ts";
export { isZip, readZip } from "./zip/read_zip.ts";
