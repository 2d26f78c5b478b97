// Promise: each screen can be used by everybody, in each role: nothing is wrong with it by WCAG 2.1 AA, it is no wider than the window, the
// keyboard alone reaches all that can be used, and one sees where one is.

import type { Page } from '@playwright/test';
import { ROLES, type Role, SCREENS } from './screens.ts';
import { expect, test } from './visit.ts';

/** By the form that stands below every page in open mode. */
async function represent(page: Page, role: Role): Promise<void> {
  await page.goto('/om-tallene');
  const form = page.locator('form.represent');
  await form.getByRole('textbox').fill(ROLES[role]);
  await form.getByRole('button').click();
  await page.waitForURL(/om-tallene/);
}

async function isNoWiderThanTheWindow(page: Page): Promise<void> {
  const { scrolled, window } = await page.evaluate(() => ({
    scrolled: document.documentElement.scrollWidth,
    window: document.documentElement.clientWidth,
  }));
  expect(scrolled, 'the page is wider than the window').toBeLessThanOrEqual(window);
}

for (const { name, path, refuses } of SCREENS) {
  for (const role of Object.keys(ROLES) as Role[]) {
    // Who chooses nothing is the programme office.
    const isUsual = role === 'programkontor';
    test(`${name} is for everybody, as ${role}${isUsual ? '' : ' @role'}`, async ({ page, visit }) => {
      if (!isUsual) await represent(page, role);
      const refusal = refuses?.[role];
      if (refusal) visit.expectComplaint(new RegExp(String(refusal)));
      const response = await page.goto(path);
      expect(response?.status()).toBe(refusal ?? 200);
      await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
      await visit.isAccessible();
      await isNoWiderThanTheWindow(page);
      if (isUsual) await visit.keep(name);
    });
  }

  test(`${name} by the keyboard alone @keyboard`, async ({ page, visit }) => {
    await page.goto(path);
    expect(await visit.reachesEverything()).toEqual({ unreached: [], unseen: [] });
  });
}

test('what is not there is a page', async ({ page, visit }) => {
  visit.expectComplaint(/404/);
  const response = await page.goto('/kommune/9999/tilskudd');
  expect(response?.status()).toBe(404);
  await visit.isAccessible();
});

test('the keyboard leads to the content', async ({ page, visit }) => {
  await page.goto('/');
  const first = await visit.tab();
  expect(first.isSeen).toBe(true);
  await page.keyboard.press('Enter');
  expect(new URL(page.url()).hash).toBe('#innhold');
});

test('the keyboard alone finds a municipality, chooses a language and whose eyes to see with', async ({ page }) => {
  await page.goto('/');
  await page.getByRole('searchbox').first().focus();
  await page.keyboard.type('Bamble');
  await page.keyboard.press('Enter');
  await page.waitForURL(/programtilskudd/);
  await page.getByRole('button', { name: 'Nynorsk' }).focus();
  await page.keyboard.press('Enter');
  await expect(page.locator('html')).toHaveAttribute('lang', 'nn');
  await page.locator('form.represent').getByRole('textbox').focus();
  await page.keyboard.type(ROLES.kommune);
  await page.keyboard.press('Enter');
  await expect(page.locator('footer .who')).toContainText('kommune');
  expect(new URL(page.url()).pathname).toMatch(/programtilskudd/);
});
