/// <reference lib="dom" />
import type { DecodeMode, EncodeMode } from "@spikeloop/actor";
import { find } from "../shared/dom.ts";
import { messageOf } from "../shared/message_of.ts";
import { clearError, tellError } from "../shared/notice.ts";
import type { Codes, FileFacts } from "./stage_messages.ts";

/** The largest file that is read, in bytes. */
const largest = 64 * 2 ** 20;

/** A file that the reader has opened. */
export interface OpenFile {
  readonly name: string;
  /** Seats its network, with codes where it lacks them. */
  send(codes?: Codes): void;
}

/** The opening of files: by choice, or dropped anywhere on the page. */
export interface FileOpener {
  /** The file that was opened last. */
  readonly last: OpenFile | undefined;
  /** Asks the reader for the codes of the last file, and sends it again with them. */
  ask(facts: FileFacts): void;
}

/** Listens for files. `send` takes the bytes of a file; it may be called again with codes. */
export function openFiles(
  panel: HTMLElement,
  send: (bytes: Uint8Array<ArrayBuffer>, codes?: Codes) => void,
): FileOpener {
  let last: OpenFile | undefined;
  const dialog = find(panel, "dialog", HTMLDialogElement);
  const form = find(dialog, "form", HTMLFormElement);

  const take = async (file: File | undefined) => {
    if (file === undefined) return;
    clearError();
    // In a hidden panel the dialog would be open and unseen.
    if (panel.hidden) {
      find(document, `#${panel.getAttribute("aria-labelledby")}`, HTMLElement).click();
    }
    try {
      if (file.size > largest) throw new Error(`${file.name} is too large: ${file.size} bytes`);
      const buffer = await file.arrayBuffer().catch(() => {
        throw new Error(`Cannot read ${file.name}: expected a file, not a folder`);
      });
      const bytes = new Uint8Array(buffer);
      last = { name: file.name, send: (codes) => send(bytes.slice(), codes) };
      last.send();
    } catch (error) {
      tellError(messageOf(error));
    }
  };
  const input = find(panel, "[data-open]", HTMLInputElement);
  input.addEventListener("change", () => {
    take(input.files?.[0]);
    input.value = "";
  });
  addEventListener("drop", ({ dataTransfer }) => take(dataTransfer?.files[0]));

  form.addEventListener("submit", () => {
    const value = (name: string) =>
      find(form, `[name="${name}"]`, HTMLElement) as HTMLInputElement | HTMLSelectElement;
    last?.send({
      timeSteps: Number(value("fileSteps").value),
      encode: value("fileEncode").value as EncodeMode,
      decode: value("fileDecode").value as DecodeMode,
      actLimit: Number(value("fileLimit").value),
    });
  });
  find(form, "[data-cancel]", HTMLButtonElement).addEventListener("click", () => dialog.close());

  return {
    get last() {
      return last;
    },
    ask: ({ obsDim, actDim, hiddenSizes, hasRates }) => {
      find(form, "[data-facts]", HTMLElement).textContent = `${last?.name ?? "The file"}: ` +
        `${obsDim} observations, hidden layers of ${hiddenSizes.join(" and ") || "no"} neurons, ` +
        `${actDim} ${actDim === 1 ? "action" : "actions"}.`;
      find(form, '[name="fileDecode"]', HTMLSelectElement).disabled = hasRates;
      dialog.showModal();
    },
  };
}

/** Offers bytes as a file to be saved. */
export function saveFile(name: string, bytes: Uint8Array<ArrayBuffer>): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([bytes], { type: "application/octet-stream" }));
  link.download = name;
  link.click();
  URL.revokeObjectURL(link.href);
}
