/// <reference lib="dom" />
/// <reference lib="dom.iterable" />

/** Marks the heading that is read now in the list of headings. */
export function followReading(contents: HTMLElement): void {
  const links = new Map<string, HTMLAnchorElement>();
  for (const link of contents.querySelectorAll("a")) {
    links.set(decodeURIComponent(link.hash.slice(1)), link);
  }
  const headings = [...links.keys()].map((id) => document.getElementById(id))
    .filter((heading) => heading !== null);
  let current: HTMLAnchorElement | undefined;
  const mark = () => {
    const passed = headings.filter((heading) => heading.getBoundingClientRect().top < 120);
    const link = links.get(passed.at(-1)?.id ?? "");
    if (link === current) return;
    current?.removeAttribute("aria-current");
    link?.setAttribute("aria-current", "true");
    current = link;
    if (contents.scrollHeight > contents.clientHeight && link !== undefined) {
      contents.scrollTop = link.offsetTop - contents.clientHeight / 2;
    }
  };
  let isPlanned = false;
  addEventListener("scroll", () => {
    if (isPlanned) return;
    isPlanned = true;
    requestAnimationFrame(() => {
      isPlanned = false;
      mark();
    });
  }, { passive: true });
  mark();
}

/** Closes the list of headings where it lies above the page, once one is chosen. */
export function foldContents(contents: HTMLDetailsElement): void {
  const isBeside = matchMedia("(min-width: 76.01rem)");
  isBeside.addEventListener("change", () => contents.open = isBeside.matches);
  contents.addEventListener("click", ({ target }) => {
    if (!isBeside.matches && target instanceof Element && target.closest("a")) {
      contents.open = false;
    }
  });
}
