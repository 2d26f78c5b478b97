// A visit to the demonstration. It fails where the browser complains, where anything is asked of another origin, or where the policy of a
// page is broken, whatever else the test is about.

import { join } from 'node:path';
import { expect, test as base, type BrowserContext, type ConsoleMessage, type Request, type WebError } from '@playwright/test';
import { Copy, faultsOf, scrollsSideways, type Within } from './judge.ts';
import { reachesEverything, tab, type Focused, type Walked } from './keyboard.ts';
import { ARTEFACTS } from './places.ts';

const ALL = Boolean(process.env.TEST_BROWSER_ALL);
const HEIGHT = 800;

type Scheme = 'light' | 'dark';

interface Look {
  width: number;
  scheme: Scheme;
}

export interface Visit {
  /** A complaint of the browser that the test means to bring about, such as that of a page that is not there. */
  expectComplaint(complaint: RegExp): void;
  /** Looks from here on with the eyes of a body, as the form below every page keeps it; without a number it is the programme office. `as` names it. */
  represents(body: string, as?: string): Promise<void>;
  /**
   * Nothing is wrong with the page, or with a part of it, by the rules of WCAG 2.1 AA, and it is no wider than the window: as it stands or, where all is
   * looked at, in both widths and schemes. No page has script of its own, so that what is judged without it is judged as it stands. A picture of it is
   * kept under that name, for people to look at.
   */
  isForEverybody(name: string, within?: Within): Promise<void>;
  /** Keeps a picture of the page. */
  keep(name: string): Promise<void>;
  /** Goes through the whole page by the keyboard: what can be used and was not reached, and what had the focus without being seen to. */
  reachesEverything(): Promise<Walked>;
  /** Goes on by the keyboard, and says where: what has the focus, seen or not. */
  tab(): Promise<Focused>;
  /** Who looks at what, for whoever reads of a failure. */
  where(): string;
}

export const test = base.extend<{ visit: Visit }>({
  visit: [
    async ({ page, baseURL, colorScheme, locale, javaScriptEnabled, viewport }, use, info) => {
      const complaints: { at: string; complaint: string }[] = [];
      const expected: RegExp[] = [];
      let role = '';
      const own: Look = { width: viewport?.width ?? 1280, scheme: colorScheme === 'dark' ? 'dark' : 'light' };
      // What judges a page is script itself.
      const copy = javaScriptEnabled ? undefined : new Copy(page, { baseURL, locale, colorScheme, viewport });
      const where = ({ width, scheme } = own) =>
        [role, new URL(page.url()).pathname, locale, javaScriptEnabled ? 'script' : 'without script', width, scheme].filter(Boolean).join(' · ');
      const leave = listen(page.context(), baseURL ?? '', (complaint) => complaints.push({ at: where(), complaint }));

      const keep = async (name: string) => {
        const path = join(ARTEFACTS, 'screenshots', info.project.name, `${name}.png`);
        await page.screenshot({ path, fullPage: true, animations: 'disabled' });
      };
      const lookAs = async ({ width, scheme }: Look) => {
        await page.setViewportSize({ width, height: viewport?.height ?? HEIGHT });
        await page.emulateMedia({ colorScheme: scheme });
      };
      const isForEverybody = async (name: string, within: Within = {}) => {
        // Without script a page looks the same, and pictures are dear.
        if (javaScriptEnabled) await keep(name);
        const looks = [own, ...(ALL ? othersThan(own) : [])];
        for (const look of looks) {
          if (look !== own) await lookAs(look);
          // GraphiQL lays itself out anew after the window has become another.
          const message = `${where(look)}: the page is wider than the window`;
          await expect.configure({ soft: true }).poll(() => scrollsSideways(page), { message }).toBe(false);
          if (javaScriptEnabled) expect.soft(await faultsOf(page, within), `${where(look)}: what axe found`).toEqual([]);
        }
        if (looks.length > 1) await lookAs(own);
        if (copy) expect.soft(await faultsOf(await copy.take(), within), `${where()}: what axe found`).toEqual([]);
      };

      await use({
        expectComplaint: (complaint) => void expected.push(complaint),
        represents: async (body, as = body) => {
          role = as;
          const cookie = { name: 'virksomhet', url: baseURL ?? '' };
          if (body) await page.context().addCookies([{ ...cookie, value: body }]);
          else await page.context().clearCookies({ name: cookie.name });
        },
        isForEverybody,
        keep,
        reachesEverything: () => reachesEverything(page),
        tab: () => tab(page),
        where: () => where(),
      });
      await copy?.close();
      leave();
      const unexpected = complaints.filter(({ complaint }) => !expected.some((known) => known.test(complaint)));
      expect(unexpected, 'what the browser complained of').toEqual([]);
    },
    { auto: true },
  ],
});

export { expect };

function othersThan(own: Look): Look[] {
  const all = [360, 1280].flatMap((width) => (['light', 'dark'] as const).map((scheme) => ({ width, scheme })));
  return all.filter(({ width, scheme }) => width !== own.width || scheme !== own.scheme);
}

/** To every page that the test opens, its workers included, until whoever calls leaves it. */
function listen(context: BrowserContext, origin: string, complain: (complaint: string) => void): () => void {
  const console = (message: ConsoleMessage) => {
    if (message.type() === 'error') complain(`${message.text()} (${message.location().url})`);
  };
  const weberror = (error: WebError) => complain(String(error.error()));
  const request = (asked: Request) => {
    const url = new URL(asked.url());
    const isWithin = ['blob:', 'data:'].includes(url.protocol) || url.origin === origin;
    if (!isWithin) complain(`asked of another origin: ${asked.url()}`);
  };
  const requestfailed = (asked: Request) => {
    const reason = asked.failure()?.errorText;
    // Whoever goes on to another page leaves what is still coming; what is refused or missing has other reasons.
    if (reason !== 'net::ERR_ABORTED') complain(`${asked.url()}: ${reason}`);
  };
  context.on('console', console).on('weberror', weberror).on('request', request).on('requestfailed', requestfailed);
  return () => {
    context.off('console', console).off('weberror', weberror).off('request', request).off('requestfailed', requestfailed);
  };
}
