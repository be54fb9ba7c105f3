/**
 * Files of trainings, written so that none is ever half there. For Deno, Node and Bun.
 *
 * @module
 */
export { writeFile } from "./write_file.ts";
