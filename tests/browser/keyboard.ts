// The keyboard: where the tabulator leads, and whether one sees where one is.

import type { Page } from '@playwright/test';

export interface Focused {
  /** Its role or element, and its name or text. */
  what: string;
  /** Whether an outline or shadow shows that it has the focus. */
  isSeen: boolean;
}

/** What can be used and was not reached, and what had the focus without being seen to. */
export interface Walked {
  unreached: string[];
  unseen: string[];
}

export async function tab(page: Page): Promise<Focused> {
  await page.keyboard.press('Tab');
  return page.evaluate(() => {
    const focused = document.activeElement;
    if (!focused || focused === document.body) return { what: 'nothing', isSeen: false };
    const style = getComputedStyle(focused);
    const hasOutline = style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) > 0;
    const name = focused.getAttribute('aria-label') ?? focused.textContent?.trim() ?? '';
    return {
      what: `${focused.getAttribute('role') ?? focused.localName} ${name}`.trim(),
      isSeen: hasOutline || style.boxShadow !== 'none',
    };
  });
}

/** Whatever can be used: closed parts of a page are used by what opens them. */
const USABLE = 'a[href], button, input:not([type="hidden"]), select, textarea, summary, [tabindex]:not([tabindex="-1"])';
/** A field for a day has a stop for each of its parts, and one for its calendar. */
const STOPS = 5;
/** The tabulator is held down that long before anybody looks at where it has led. */
const HELD = 25;

interface Stops {
  /** Each stop in turn: the place of what had the focus, and whether that was seen. */
  stops?: [place: number, isSeen: boolean][];
  note?: () => void;
}

export async function reachesEverything(page: Page): Promise<Walked> {
  const all = await page.evaluate(noteStops, USABLE);
  const waiting = new Map([...all.entries()].filter(([, { isUsable }]) => isUsable));
  const unseen = new Set<string>();
  for (let stops = 0; stops < all.length * STOPS && waiting.size > 0; stops += HELD) {
    await Promise.all(Array.from({ length: HELD }, () => page.keyboard.down('Tab')));
    const passed = await page.evaluate(() => {
      const { stops = [], note } = window as Stops;
      note?.();
      return stops.splice(0);
    });
    for (const [place, isSeen] of passed) {
      waiting.delete(place);
      if (!isSeen) unseen.add(all[place]?.what ?? String(place));
    }
  }
  await page.keyboard.up('Tab');
  return { unreached: [...waiting.values()].map(({ what }) => what), unseen: [...unseen] };
}

/** Gives what can be used its place, and has the page note at each press of a key what had the focus before it. */
function noteStops(usable: string) {
  const elements = [...document.querySelectorAll(usable)];
  const stops: [number, boolean][] = [];
  const note = () => {
    const focused = document.activeElement;
    if (!focused) return;
    const style = getComputedStyle(focused);
    const hasOutline = style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) > 0;
    const isSeen = hasOutline || style.boxShadow !== 'none';
    // A choice of one among several is one stop: arrows lead to the others.
    const isChoice = focused instanceof HTMLInputElement && focused.type === 'radio';
    const reached = isChoice ? [...document.getElementsByName(focused.name)] : [focused];
    for (const place of reached.map((element) => elements.indexOf(element))) if (place >= 0) stops.push([place, isSeen]);
  };
  document.addEventListener('keydown', note, { capture: true });
  Object.assign(window, { stops, note });
  return elements.map((element) => {
    const isUsable = element.checkVisibility({ visibilityProperty: true }) && !element.matches(':disabled');
    return { isUsable, what: `${element.localName} ${element.textContent?.trim() ?? ''} ${element.id}`.trim() };
  });
}
