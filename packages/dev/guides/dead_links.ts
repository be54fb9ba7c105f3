import { posix } from "node:path";

/** The lines of a Markdown text that are not code. */
function proseOf(text: string): string {
  return text.replace(/^```[\s\S]*?^```/gm, "").replace(/`[^`\n]*`/g, "");
}

/** The anchor that a heading gets. */
function anchorOf(heading: string): string {
  return heading.toLowerCase().replace(/[^\p{L}\p{N}\p{M}_ -]/gu, "").replaceAll(" ", "-");
}

function anchorsOf(text: string): Set<string> {
  const headings = text.replace(/^```[\s\S]*?^```/gm, "").matchAll(/^#+ (.*)$/gm);
  return new Set(Array.from(headings, ([, heading]) => anchorOf(heading.replaceAll("`", ""))));
}

/**
 * Returns the links of Markdown files that lead to no file, or to no heading of it, each as
 * `file: link`. Links to other sites are not followed.
 *
 * @param files Markdown files: their paths from the root with forward slashes, and their texts.
 * @param exists Whether there is a file or folder of that path.
 */
export function deadLinks(
  files: ReadonlyMap<string, string>,
  exists: (path: string) => boolean,
): string[] {
  return Array.from(files).flatMap(([path, text]) =>
    Array.from(proseOf(text).matchAll(/\]\(([^)\s]+)\)/g), ([, link]) => link).filter((link) => {
      if (/^[a-z]+:/.test(link)) return false;
      const [file, anchor] = decodeURI(link).split("#");
      const target = file === "" ? path : posix.join(posix.dirname(path), file);
      if (!exists(target)) return true;
      const found = files.get(target);
      return anchor !== undefined && (found === undefined || !anchorsOf(found).has(anchor));
    }).map((link) => `${path}: ${link}`)
  );
}
