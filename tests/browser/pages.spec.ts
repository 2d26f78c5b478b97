// Promise: each screen can be used by everybody: nothing is wrong with it by WCAG 2.1 AA, it is no wider than the window, the keyboard goes from the
// first link to the content, and a municipality's pot is found from the front page alone.

import { expect, test } from './visit.ts';

const BAMBLE = '940244145';

const SCREENS: Record<string, string> = {
  forside: '/',
  programtilskudd: `/kommune/${BAMBLE}/programtilskudd/2021`,
  'alle-tilskudd': `/kommune/${BAMBLE}/tilskudd`,
  utbetalinger: `/kommune/${BAMBLE}/utbetalinger`,
  'for-og-na': `/kommune/${BAMBLE}/for-og-na`,
  'kan-vi-soke': `/kommune/${BAMBLE}/kan-vi-soke/2022`,
  'hva-vi-ikke-ser': `/kommune/${BAMBLE}/ser-ikke/2022`,
  programmet: '/programmet/2021',
  dobbeltfinansiering: '/dobbeltfinansiering',
  'for-vedtak': `/for-vedtak?mottaker=${BAMBLE}&ordning=231.63&aar=2021&belop=1000&sak=21%2F1&malgruppe=&fra=&til=`,
  kildestatus: '/kilder',
  'om-tallene': '/om-tallene',
  sok: '/sok?q=sand',
};

for (const [name, path] of Object.entries(SCREENS)) {
  test(`${name} is for everybody`, async ({ page, visit }) => {
    await page.goto(path);
    await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
    await visit.isAccessible();
    await visit.keep(name);
    const { scrolled, window } = await page.evaluate(() => ({
      scrolled: document.documentElement.scrollWidth,
      window: document.documentElement.clientWidth,
    }));
    expect(scrolled, 'the page is wider than the window').toBeLessThanOrEqual(window);
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

test('from the front page, the pot of Bamble is found, and whether it may apply', async ({ page }) => {
  await page.goto('/');
  await page.getByRole('searchbox').first().fill('Bamble');
  await page.keyboard.press('Enter');
  await page.waitForURL(/programtilskudd/);
  await page.getByRole('link', { name: '2021', exact: true }).click();
  await expect(page.locator('.number strong')).toContainText(/kr|mangler|manglar/);
  // The fifth of the municipality's screens.
  await page.getByRole('navigation').last().getByRole('link').nth(4).click();
  await expect(page.locator('.answer').first()).toBeVisible();
});
