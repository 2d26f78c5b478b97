// A visit to the demonstration. It fails where the browser complains, where anything is asked of another origin, or where the policy of a
// page is broken, whatever else the test is about.

import { join } from 'node:path';
import AxeBuilder from '@axe-core/playwright';
import { expect, test as base, type BrowserContextOptions, type Page } from '@playwright/test';
import { ARTEFACTS } from './places.ts';

const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa'];

export interface Visit {
  /** A complaint of the browser that the test means to bring about, such as that of a page that is not there. */
  expectComplaint(complaint: RegExp): void;
  /** Nothing is wrong with the page, or with a part of it, by the rules of WCAG 2.1 AA; `except` are selectors of what is not ours. */
  isAccessible(options?: { within?: string; except?: string[] }): Promise<void>;
  /** Keeps a picture of the page, for people to look at. */
  keep(name: string): Promise<void>;
  /** Goes through the whole page by the keyboard: what can be used and was not reached, and what had the focus without being seen to. */
  reachesEverything(): Promise<{ unreached: string[]; unseen: string[] }>;
  /** Goes on by the keyboard, and says where: what has the focus, seen or not. */
  tab(): Promise<Focused>;
}

export interface Focused {
  /** Its role or element, and its name or text. */
  what: string;
  /** Whether an outline or shadow shows that it has the focus. */
  isSeen: boolean;
}

export const test = base.extend<{ visit: Visit }>({
  visit: [
    async ({ page, baseURL, colorScheme, locale, javaScriptEnabled }, use, info) => {
      const complaints: string[] = [];
      const expected: RegExp[] = [];
      listen(page, baseURL ?? '', complaints);
      await use({
        expectComplaint: (complaint) => void expected.push(complaint),
        isAccessible: async (options = {}) => {
          const judged = javaScriptEnabled ? page : await copyOf(page, { baseURL, colorScheme, locale });
          await isAccessible(judged, options);
          if (judged !== page) await judged.context().close();
        },
        keep: async (name) => {
          const path = join(ARTEFACTS, 'screenshots', info.project.name, `${name}.png`);
          await page.screenshot({ path, fullPage: true, animations: 'disabled' });
        },
        reachesEverything: () => reachesEverything(page),
        tab: () => tab(page),
      });
      const unexpected = complaints.filter((complaint) => !expected.some((known) => known.test(complaint)));
      expect(unexpected, 'what the browser complained of').toEqual([]);
    },
    { auto: true },
  ],
});

export { expect };

/** Every page that the test opens, its workers included. */
function listen(page: Page, origin: string, complaints: string[]): void {
  const context = page.context();
  context.on('console', (message) => {
    if (message.type() === 'error') complaints.push(`${message.text()} (${message.location().url})`);
  });
  context.on('weberror', (error) => complaints.push(String(error.error())));
  context.on('request', (request) => {
    const url = new URL(request.url());
    const isWithin = ['blob:', 'data:'].includes(url.protocol) || url.origin === origin;
    if (!isWithin) complaints.push(`asked of another origin: ${request.url()}`);
  });
  context.on('requestfailed', (request) => {
    const reason = request.failure()?.errorText;
    // Whoever goes on to another page leaves what is still coming; what is refused or missing has other reasons.
    if (reason !== 'net::ERR_ABORTED') complaints.push(`${request.url()}: ${reason}`);
  });
}

/** What judges a page is script itself. The copy may run it, and has none of the page's own. */
async function copyOf(page: Page, options: BrowserContextOptions): Promise<Page> {
  const body = (await page.content()).replaceAll(/<script\b[\s\S]*?<\/script>/g, '');
  const browser = page.context().browser();
  if (!browser) throw new Error('The page has no browser.');
  const context = await browser.newContext({ ...options, viewport: page.viewportSize(), javaScriptEnabled: true });
  const copy = await context.newPage();
  await copy.route('**/*', (route) =>
    route.request().isNavigationRequest()
      ? route.fulfill({ contentType: 'text/html; charset=utf-8', body })
      : route.continue(),
  );
  await copy.goto(page.url());
  return copy;
}

async function isAccessible(page: Page, { within, except = [] }: { within?: string; except?: string[] }): Promise<void> {
  let looking = new AxeBuilder({ page }).withTags(RULES);
  if (within) looking = looking.include(within);
  for (const selector of except) looking = looking.exclude(selector);
  const { violations } = await looking.analyze();
  const found = violations.map(({ id, help, nodes }) => ({ id, help, where: nodes.map((node) => node.target.join(' ')) }));
  expect(found, 'what axe found').toEqual([]);
}

async function tab(page: Page): Promise<Focused> {
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

async function reachesEverything(page: Page): Promise<{ unreached: string[]; unseen: string[] }> {
  const all = await page.locator(USABLE).evaluateAll((elements) =>
    elements.map((element, place) => {
      const isUsable = element.checkVisibility({ visibilityProperty: true }) && !element.matches(':disabled');
      element.setAttribute('data-place', String(place));
      return { isUsable, what: `${element.localName} ${element.textContent?.trim() ?? ''} ${element.id}`.trim() };
    }),
  );
  const waiting = new Map([...all.entries()].filter(([, { isUsable }]) => isUsable));
  const unseen = new Set<string>();
  for (let stop = 0; stop < all.length * STOPS && waiting.size > 0; stop += 1) {
    const { isSeen } = await tab(page);
    const place = await page.evaluate(() => document.activeElement?.getAttribute('data-place'));
    if (place === null || place === undefined) continue;
    waiting.delete(Number(place));
    if (!isSeen) unseen.add(all[Number(place)]?.what ?? place);
  }
  return { unreached: [...waiting.values()].map(({ what }) => what), unseen: [...unseen] };
}
