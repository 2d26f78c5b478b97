// What judges a page: axe by the rules of WCAG 2.1 AA, and whether the page is wider than the window.

import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import AxeBuilder from '@axe-core/playwright';
import type { BrowserContextOptions, Page } from '@playwright/test';

const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa'];
/** Less than half of what axe is read from otherwise. */
const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const ALREADY_THERE = ';';

/** A part of a page: the selector of what is looked at, and selectors of what is not ours. */
export interface Within {
  within?: string;
  except?: string[];
}

export interface Fault {
  id: string;
  help: string;
  where: string[];
}

export async function faultsOf(page: Page, { within, except = [] }: Within): Promise<Fault[]> {
  // It stays in a page that is looked at several times. No page has frames of another origin, for which axe would want more.
  if (!(await page.evaluate(() => 'axe' in window))) await page.evaluate(AXE);
  let looking = new AxeBuilder({ page, axeSource: ALREADY_THERE }).setLegacyMode();
  looking = looking.options({ runOnly: { type: 'tag', values: RULES }, resultTypes: ['violations'] });
  if (within) looking = looking.include(within);
  for (const selector of except) looking = looking.exclude(selector);
  const { violations } = await looking.analyze();
  return violations.map(({ id, help, nodes }) => ({ id, help, where: nodes.map((node) => node.target.join(' ')) }));
}

export function scrollsSideways(page: Page): Promise<boolean> {
  return page.evaluate(() => document.documentElement.scrollWidth > document.documentElement.clientWidth);
}

/** Copies of what stands in a page without script, in a page that may run what judges it and has no script of the page's own. */
export class Copy {
  private copy?: Page;
  private body = '';

  constructor(
    private readonly page: Page,
    private readonly options: BrowserContextOptions,
  ) {}

  async take(): Promise<Page> {
    this.body = (await this.page.content()).replaceAll(/<script\b[\s\S]*?<\/script>/g, '');
    this.copy ??= await this.open();
    // An address that differs from the last one by nothing but what stands behind `#` would be no other page.
    await this.copy.goto(this.page.url().replace(/#.*/, ''));
    return this.copy;
  }

  async close(): Promise<void> {
    await this.copy?.context().close();
  }

  private async open(): Promise<Page> {
    const browser = this.page.context().browser();
    if (!browser) throw new Error('The page has no browser.');
    const context = await browser.newContext({ ...this.options, javaScriptEnabled: true });
    const copy = await context.newPage();
    await copy.route('**/*', (route) =>
      route.request().isNavigationRequest()
        ? route.fulfill({ contentType: 'text/html; charset=utf-8', body: this.body })
        : route.continue(),
    );
    return copy;
  }
}
