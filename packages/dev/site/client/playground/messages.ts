/** A program for the worker. */
export interface Program {
  readonly code: string;
  /** The address of the library's modules. */
  readonly library: string;
}

/** The worker's messages. */
export type Message =
  | { readonly kind: "text" | "warning" | "picture"; readonly text: string }
  | { readonly kind: "error"; readonly text: string; readonly line?: number }
  | { readonly kind: "done" };
