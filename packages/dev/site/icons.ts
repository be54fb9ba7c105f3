/** The sign of the project: a spike, and the loop by which it returns to its own population. */
export function favicon(colour: string, size: number): string {
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${size}" height="${size}" viewBox="0 0 32 32" ` +
    `fill="none" stroke="${colour}" stroke-width="2.6" stroke-linecap="round" stroke-linejoin="round" ` +
    `aria-hidden="true"><path d="M3 19h6l3-13 4 19 2.5-6H22"/>` +
    `<path d="M22 19a5 5 0 1 0-2.6-9.2M19 6.4l.3 3.5 3.4.6"/></svg>`;
}

const icon = (paths: string) =>
  `<svg width="18" height="18" viewBox="0 0 18 18" fill="none" stroke="currentColor" ` +
  `stroke-width="1.6" stroke-linecap="round" aria-hidden="true">${paths}</svg>`;

/** Signs on buttons. */
export const icons = {
  menu: icon(`<path d="M3 5h12M3 9h12M3 13h12"/>`),
  search: icon(`<circle cx="8" cy="8" r="4.6"/><path d="m11.6 11.6 3.4 3.4"/>`),
  copy: icon(
    `<rect x="6.5" y="6.5" width="8" height="8" rx="1.5"/><path d="M11.5 3.5h-6a2 2 0 0 0-2 2v6"/>`,
  ),
  system: icon(`<circle cx="9" cy="9" r="6"/><path d="M9 3a6 6 0 0 1 0 12z" fill="currentColor"/>`),
  light: icon(
    `<circle cx="9" cy="9" r="3.2"/><path d="M9 1.5v1.6M9 14.9v1.6M1.5 9h1.6M14.9 9h1.6M3.7 3.7l1.1 1.1` +
      `M13.2 13.2l1.1 1.1M3.7 14.3l1.1-1.1M13.2 4.8l1.1-1.1"/>`,
  ),
  dark: icon(`<path d="M14.5 10.8A6 6 0 1 1 7.2 3.5a4.8 4.8 0 0 0 7.3 7.3z"/>`),
} as const;
