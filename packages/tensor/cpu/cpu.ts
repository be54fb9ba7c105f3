import type { Backend } from "../backend.ts";
import { reference } from "../reference/reference.ts";

/** The CPU: the backend of every tensor that names no other. */
export const cpu: Backend = { ...reference, name: "cpu" };
