/**
 * Returns the texts of a page whose contrast with what lies behind them is less than WCAG AA asks
 * for, 4.5:1, and 3:1 where they are large, each as a sentence. It runs in the page: its text is
 * sent there, so it uses nothing outside itself.
 */
export function poorContrasts(): string[] {
  // deno-lint-ignore no-explicit-any -- The globals of a page.
  const page = globalThis as any;
  type Colour = readonly [number, number, number, number];
  const parse = (text: string): Colour => {
    const [r = 0, g = 0, b = 0, a = 1] = (text.match(/[\d.]+/g) ?? []).map(Number);
    return [r, g, b, a];
  };
  const over = (top: Colour, below: Colour): Colour => {
    const mix = (i: 0 | 1 | 2) => top[i] * top[3] + below[i] * (1 - top[3]);
    return [mix(0), mix(1), mix(2), 1];
  };
  const luminance = ([r, g, b]: Colour) => {
    const linear = (value: number) =>
      value <= 10.31475 ? value / 3294.6 : ((value / 255 + 0.055) / 1.055) ** 2.4;
    return 0.2126 * linear(r) + 0.7152 * linear(g) + 0.0722 * linear(b);
  };
  // deno-lint-ignore no-explicit-any -- An element of a page.
  const backgrounds = new Map<any, Colour>();
  // deno-lint-ignore no-explicit-any -- As above.
  const behind = (element: any): Colour => {
    if (element === null) return [255, 255, 255, 1];
    let colour = backgrounds.get(element);
    if (colour === undefined) {
      const own = parse(page.getComputedStyle(element).backgroundColor);
      colour = own[3] === 1 ? own : over(own, behind(element.parentElement));
      backgrounds.set(element, colour);
    }
    return colour;
  };
  const found = new Map<string, string>();
  const walker = page.document.createTreeWalker(page.document.body, 4);
  while (walker.nextNode()) {
    const element = walker.currentNode.parentElement;
    const text = walker.currentNode.data.trim();
    if (text === "" || /^(SCRIPT|STYLE|NOSCRIPT|TEXTAREA)$/.test(element.tagName)) continue;
    if (!element.checkVisibility({ opacityProperty: true, visibilityProperty: true })) continue;
    const style = page.getComputedStyle(element);
    const below = behind(element);
    const above = over(parse(style.color), below);
    const [low, high] = [luminance(above), luminance(below)].sort((a, b) => a - b);
    const contrast = (high + 0.05) / (low + 0.05);
    const size = parseFloat(style.fontSize);
    const isLarge = size >= 24 || size >= 18.66 && Number(style.fontWeight) >= 700;
    if (contrast >= (isLarge ? 3 : 4.5)) continue;
    const pair = `${style.color} on ${below.slice(0, 3).map(Math.round).join(" ")}`;
    if (!found.has(pair)) {
      found.set(pair, `${contrast.toFixed(2)}:1, ${pair}: ${text.slice(0, 40)}`);
    }
  }
  return [...found.values()];
}
