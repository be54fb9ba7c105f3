/** The part of minisearch that the pages use. */
export default class MiniSearch {
  static loadJSON(json: string, options: object): MiniSearch;
  search(query: string, options: object): Hit[];
}

/** A hit, with the fields that the index stores. */
export interface Hit {
  readonly score: number;
  readonly title: string;
  readonly page: string;
  readonly address: string;
  readonly start: string;
}
