// Promise: on a phone, what a page is about stands on its first screen, and the menu is one button away, for a finger and for the keyboard.

import { BAMBLE } from './demonstration.ts';
import { expect, test } from './visit.ts';

/** A small phone, less what its browser takes. */
const FIRST_SCREEN = 640;

test.use({ viewport: { width: 360, height: FIRST_SCREEN }, hasTouch: true, locale: 'nb-NO' });

test('the number of the programme grant stands on the first screen', async ({ page }) => {
  await page.goto(`/kommune/${BAMBLE}/programtilskudd/2021`);
  const box = await page.locator('.number strong').boundingBox();
  expect(box && box.y + box.height, 'where the number ends').toBeLessThanOrEqual(FIRST_SCREEN);
});

test('somebody searches from the first screen of every page', async ({ page }) => {
  await page.goto('/om-tallene');
  await expect(page.getByRole('searchbox', { name: 'Finn en kommune' })).toBeInViewport();
});

test('a finger opens the menu, with and without script', async ({ page, visit }) => {
  await page.goto('/');
  const link = page.getByRole('link', { name: 'Om tallene' }).first();
  await expect(link).toBeHidden();
  await page.getByRole('button', { name: 'Meny' }).tap();
  await expect(link).toBeInViewport();
  await expect(page.getByRole('button', { name: 'Bokmål' })).toBeInViewport();
  await visit.isForEverybody('meny');
  await link.tap();
  await page.waitForURL(/om-tallene/);
});

test('the keyboard opens the menu, goes through it and closes it @keyboard', async ({ page, visit }) => {
  await page.goto('/');
  const button = page.getByRole('button', { name: 'Meny' });
  await button.focus();
  await page.keyboard.press('Enter');
  await expect(page.getByRole('link', { name: 'Om tallene' }).first()).toBeVisible();
  expect(await visit.tab(), 'what comes after the button').toEqual({ what: 'button Bokmål', isSeen: true });
  await page.keyboard.press('Escape');
  await expect(page.getByRole('link', { name: 'Om tallene' }).first()).toBeHidden();
  await expect(button).toBeFocused();
});
