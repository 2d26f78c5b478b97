// Promise: what is chosen in the overview of municipalities, schemes and years stands in the address and is shown as chosen, all of the list is reached by
// its links, and each picture has its table beside it.

import { expect, test } from './visit.ts';

test('what is chosen stands in the address and is shown as chosen', async ({ page }) => {
  await page.goto('/fylkesoversikt');
  await page.locator('#tekst').fill('Bamble');
  await page.locator('#aar').selectOption('2021');
  await page.locator('.filter button').click();
  await page.waitForURL(/tekst=Bamble/);
  expect(new URL(page.url()).searchParams.get('aar')).toBe('2021');
  await expect(page.locator('#tekst')).toHaveValue('Bamble');
  await expect(page.locator('#aar')).toHaveValue('2021');
  await expect(page.locator('.figures tbody')).toHaveCount(1);
  await expect(page.locator('.figures tbody')).toContainText('Bamble');
});

test('every page of the list is reached by its links', async ({ page }) => {
  await page.goto('/fylkesoversikt?fylke=alle&utvalg=alle');
  const seen = new Set<string>();
  for (let pages = 1; ; pages += 1) {
    for (const name of await page.locator('.figures tbody th[scope="rowgroup"] a').allTextContents()) seen.add(name);
    const next = page.locator('.pages a[rel="next"]');
    if ((await next.count()) === 0) break;
    expect(pages).toBeLessThan(30);
    await next.click();
  }
  await page.goto('/fylkesoversikt?fylke=alle&utvalg=alle&rader=alle');
  expect(seen.size).toBe(await page.locator('.figures tbody').count());
});

test('the timeline and the map have their tables', async ({ page }) => {
  await page.goto('/kilder');
  const lines = await page.locator('.timeline .age').count();
  expect(lines).toBeGreaterThan(3);
  await expect(page.locator('figure + .scroll tbody tr')).toHaveCount(lines);
  await page.goto('/fylkesoversikt');
  const tiles = await page.locator('main figure svg g').count();
  expect(tiles).toBe(await page.locator('.figures tbody').count());
});
