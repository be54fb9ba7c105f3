import { loadMiniSearch } from "../npm/tools.ts";
import { textOf } from "./html.ts";
import type { Section } from "./markdown.ts";
import type { ApiModule } from "./reference/read_reference.ts";
import { type Entry, indexOptions } from "./search_options.ts";

/** A page with its sections. */
export interface IndexedPage {
  readonly title: string;
  /** From the root of the site. */
  readonly page: string;
  readonly sections: readonly Section[];
}

/** The index of guides and reference, as JSON. */
export async function searchIndex(
  guides: readonly IndexedPage[],
  modules: readonly ApiModule[],
): Promise<string> {
  const MiniSearch = await loadMiniSearch();
  const index = new MiniSearch(indexOptions);
  const entries = [...modules.flatMap(namesOf), ...guides.flatMap(sectionsOf)];
  index.addAll(entries.map((entry, id) => ({ ...entry, id })));
  return JSON.stringify(index);
}

type Document = Omit<Entry, "id"> & { readonly text: string };

function namesOf({ specifier, page, doc, symbols }: ApiModule): Document[] {
  const named = symbols.flatMap(({ name, address, declarations }) => {
    const text = declarations.map(({ jsDoc }) => jsDoc?.doc ?? "").join(" ");
    const methods = declarations.flatMap(({ def }) => def.methods ?? [])
      .filter((method) => method.jsDoc?.doc !== undefined && /^\w+$/.test(method.name ?? ""));
    return [
      document(name, specifier, address, text),
      ...methods.map((method) =>
        document(
          `${name}.${method.name}`,
          specifier,
          `${address}.${method.name}`,
          method.jsDoc?.doc ?? "",
        )
      ),
    ];
  });
  return [document(specifier, "Reference", page, doc), ...named];
}

function sectionsOf({ title, page, sections }: IndexedPage): Document[] {
  return sections.map((section, i) =>
    document(
      section.title,
      i === 0 ? "" : title,
      i === 0 ? page : `${page}#${section.id}`,
      section.text,
    )
  );
}

function document(title: string, page: string, address: string, text: string): Document {
  const words = textOf(
    text.replaceAll(/```[^]*?```/g, "").replaceAll(/\{@\w+ (\S+?)\}/g, "$1").replaceAll("`", ""),
  ).replaceAll(/\s+/g, " ").trim();
  const start = words.length > 90 ? `${words.slice(0, 90).replace(/\S*$/, "")}…` : words;
  return { title, page, address, start, text: words };
}
