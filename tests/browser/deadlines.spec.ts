// Promise: a file is downloaded without script, and a calendar's address is made, shown once and revoked by forms alone.

import { readFile } from 'node:fs/promises';
import { BAMBLE } from './demonstration.ts';
import { expect, test } from './visit.ts';

test('the front page leads to the deadlines', async ({ page }) => {
  await page.goto('/');
  const section = page.locator('section[aria-labelledby="frister"]');
  await expect(section.getByRole('listitem').first()).toBeVisible();
  await section.getByRole('link').click();
  await page.waitForURL('**/frister');
});

test('a list is downloaded as what it shows, with nothing but a link', async ({ page }) => {
  await page.goto(`/kommune/${BAMBLE}/tilskudd?aar=2021`);
  const rows = await page.locator('main tbody tr').count();
  const coming = page.waitForEvent('download');
  await page.locator('.files').getByRole('link', { name: 'CSV', exact: true }).click();
  const download = await coming;
  expect(download.suggestedFilename()).toBe(`tilskudd-${BAMBLE}-2021.csv`);
  const text = await readFile(await download.path(), 'utf8');
  expect(text.trimEnd().split('\r\n').length - 1).toBe(rows);
});

test('a calendar address is made, works, and is revoked', async ({ page, visit }) => {
  await page.goto('/frister/kalender');
  await page.locator('form.form button').click();
  const address = (await page.locator('.secret').innerText()).trim();
  expect(address).toMatch(/\/kalender\/[\w-]{43}\.ics$/);
  await visit.isForEverybody('kalender-laget');
  expect((await page.request.get(address)).status()).toBe(200);
  // Other visitors of this demonstration make and revoke their own: whichever is revoked, the list is shorter by it.
  await page.goto('/frister/kalender');
  const form = page.locator('form[action$="/tilbakekall"]').first();
  const action = await form.getAttribute('action');
  await form.getByRole('button').click();
  await page.waitForURL('**/frister/kalender');
  await expect(page.locator(`form[action="${action}"]`)).toHaveCount(0);
});
