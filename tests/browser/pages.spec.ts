// Promise: each screen can be used by everybody, in each role and state: nothing is wrong with it by WCAG 2.1 AA, it is no wider than the window, the
// keyboard alone reaches all that can be used, and one sees where one is. Who may not see it sees a page that says so. Every address of the router is
// such a screen.

import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Page } from '@playwright/test';
import { find, type Found } from './demonstration.ts';
import { ROLES, type Role, SCREENS, type Screen } from './screens.ts';
import { expect, test as visiting } from './visit.ts';

const ALL = Boolean(process.env.TEST_BROWSER_ALL);
/** Who chooses nothing is the programme office, and sees all. */
const EYES = ALL ? (Object.keys(ROLES) as Role[]) : (['programkontor'] as const);

const test = visiting.extend<object, { found: Found; window: Page }>({
  found: [async ({}, use) => use(await find()), { scope: 'worker' }],
  // Whoever walks does so in one window: opening it, and reading style and letters anew, takes more than most pages do.
  window: [
    async ({ browser }, use, { project }) => {
      const { viewport, hasTouch, colorScheme, locale, javaScriptEnabled } = project.use;
      const context = await browser.newContext({ baseURL: process.env.DEMO_ORIGIN, viewport, hasTouch, colorScheme, locale, javaScriptEnabled });
      await use(await context.newPage());
      await context.close();
    },
    { scope: 'worker' },
  ],
  page: async ({ window }, use) => {
    await window.context().clearCookies();
    await use(window);
  },
});

function addressOf({ path }: Screen, found: Found): string {
  return typeof path === 'string' ? path : path(found);
}

for (const screen of SCREENS) {
  test(`${screen.name} is for everybody`, async ({ page, visit, found, javaScriptEnabled }) => {
    // As many pages as there are roles, each looked at as often as there are widths and schemes.
    if (ALL) test.setTimeout(300_000);
    for (const role of EYES) {
      await visit.represents(ROLES[role], role);
      const status = screen.refuses?.[role] ?? screen.status ?? 200;
      if (status !== 200) visit.expectComplaint(new RegExp(`status of ${status}`));
      const response = await page.goto(addressOf(screen, found));
      expect.soft(response?.status(), visit.where()).toBe(status);
      await expect.soft(page.getByRole('heading', { level: 1 }), visit.where()).toBeVisible();
      await visit.isForEverybody(`${screen.name}-${role}`);
      // What notes the stops is script itself.
      if (javaScriptEnabled) expect.soft(await visit.reachesEverything(), visit.where()).toEqual({ unreached: [], unseen: [] });
    }
  });
}

test('every address of the router is walked', async ({ found }) => {
  const router = readFileSync(resolve(import.meta.dirname, '../../src/pages/screens/mod.rs'), 'utf8');
  const routes = [...router.matchAll(/\.route\(\s*"([^"]+)",\s*get\(/g)].map(([, route = '']) => route);
  expect(routes.length).toBeGreaterThan(20);
  const walked = SCREENS.map((screen) => addressOf(screen, found).replace(/\?.*/, ''));
  const isWalked = (route: string) => walked.some((path) => new RegExp(`^${route.replaceAll(/\{\w+\}/g, '[^/]+')}$`).test(path));
  expect(routes.filter((route) => !isWalked(route))).toEqual([]);
});

/** On a phone a button opens languages and menu. */
async function unfolds(page: Page): Promise<void> {
  const button = page.getByRole('button', { name: 'Meny' });
  if (!(await button.isVisible())) return;
  await button.focus();
  await page.keyboard.press('Enter');
}

test('the keyboard leads to the content @keyboard', async ({ page, visit }) => {
  await page.goto('/');
  const first = await visit.tab();
  expect(first.isSeen).toBe(true);
  await page.keyboard.press('Enter');
  expect(new URL(page.url()).hash).toBe('#innhold');
});

test('the keyboard alone finds a municipality, chooses a language and whose eyes to see with @keyboard', async ({ page }) => {
  await page.goto('/');
  await page.getByRole('searchbox').first().focus();
  await page.keyboard.type('Bamble');
  await page.keyboard.press('Enter');
  await page.waitForURL(/programtilskudd/);
  await unfolds(page);
  await page.getByRole('button', { name: 'Nynorsk' }).focus();
  await page.keyboard.press('Enter');
  await expect(page.locator('html')).toHaveAttribute('lang', 'nn');
  await page.locator('form.represent').getByRole('textbox').focus();
  await page.keyboard.type(ROLES.kommune);
  await page.keyboard.press('Enter');
  await expect(page.locator('footer .who')).toContainText('kommune');
  expect(new URL(page.url()).pathname).toMatch(/programtilskudd/);
});
