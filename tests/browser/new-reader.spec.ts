// Promise: a new reader with a phone finds out, from the front page alone, in under two minutes and eight clicks: Bamble's pot for 2021, what of
// it is missing, whether Bamble may apply for LOS in 2022 and why not, and what changed since 1 June. docs/new-reader.md tells the same to people.

import type { APIRequestContext, Locator } from '@playwright/test';
import { BAMBLE } from './demonstration.ts';
import { FIRST_OF_JUNE } from './screens.ts';
import { expect, test } from './visit.ts';

const CLICKS = 8;
const SECONDS = 120;

// The words are those of bokmål, and a phone is narrow, whatever the other tests look with.
test.use({ viewport: { width: 360, height: 740 }, hasTouch: true, locale: 'nb-NO' });

/** Somebody with a finger: each tap and each form that is sent counts. */
class Reader {
  clicks = 0;

  async taps(link: Locator): Promise<void> {
    // What a finger cannot get at is not there.
    await link.scrollIntoViewIfNeeded();
    const box = await link.boundingBox();
    expect(box && box.x >= 0 && box.x + box.width <= 360, 'it lies within the screen').toBe(true);
    this.clicks += 1;
    await link.tap();
  }

  async sends(field: Locator, text: string): Promise<void> {
    await field.fill(text);
    this.clicks += 1;
    await field.press('Enter');
  }

  /** Text that stands where it can be read without scrolling sideways. */
  async reads(place: Locator): Promise<string> {
    await expect(place).toBeVisible();
    await place.scrollIntoViewIfNeeded();
    const box = await place.boundingBox();
    expect(box && box.x >= 0 && box.x + box.width <= 360, 'it can be read on the screen').toBe(true);
    return (await place.innerText()).trim();
  }
}

/** What the interface says, to hold the pages against. */
async function told(request: APIRequestContext) {
  const pot = 'programmeGrant(year: 2021) { pot { total missing { name } } }';
  const then = new Date(`${FIRST_OF_JUNE}T23:59:59+02:00`).toISOString();
  const ask = async (query: string) => {
    const response = await request.post('/graphql', { data: { query } });
    return (await response.json()).data.municipality.programmeGrant.pot as { total: number; missing: { name: string }[] };
  };
  return {
    now: await ask(`{ municipality(organisationNumber: "${BAMBLE}") { ${pot} } }`),
    before: await ask(`{ municipality(organisationNumber: "${BAMBLE}", asOf: "${then}") { ${pot} } }`),
  };
}

function kroner(ore: number): string {
  const digits = ore % 100 === 0 ? 0 : 2;
  const number = (ore / 100).toLocaleString('nb-NO', { minimumFractionDigits: digits, maximumFractionDigits: digits });
  return `${number.replaceAll(/\s/g, '\u00a0')}\u00a0kr`;
}

test('a new reader finds the four answers', async ({ page, request }) => {
  const { now, before } = await told(request);
  const reader = new Reader();
  const began = Date.now();
  await page.goto('/');

  await reader.sends(page.getByRole('searchbox', { name: 'Finn en kommune' }), 'Bamble');
  await page.waitForURL(/programtilskudd/);
  await reader.taps(page.getByRole('navigation', { name: 'Velg år' }).getByRole('link', { name: '2021' }));
  await expect(page.getByRole('heading', { level: 1 })).toContainText('Programtilskudd 2021: Bamble');
  expect(await reader.reads(page.locator('.number strong')), 'the pot').toBe(kroner(now.total));

  expect(now.missing, 'the demonstration has all of it').toEqual([]);
  expect(await reader.reads(page.locator('.whole')), 'what is missing').toMatch(/^Ingenting mangler/);

  // The page says since when there is a past to ask about.
  expect(await reader.reads(page.locator('.banner.notice').first())).toContain(`siden 1. juni ${FIRST_OF_JUNE.slice(0, 4)}`);
  await reader.sends(page.getByLabel('Vis endringer siden'), FIRST_OF_JUNE);
  await page.waitForURL(/endringer/);
  const terms = page.locator('main dl.kinds');
  expect(await reader.reads(terms)).toContain(kroner(before.total));
  expect(await reader.reads(terms)).toContain(kroner(now.total));
  const changes = page.locator('.changes > li');
  await expect(changes).toHaveCount(3);
  expect(await reader.reads(changes.nth(0)), 'who said what when').toMatch(/226\.64[^]*Mottatt[^]*Utbetalt[^]*kr[^]*→[^]*kr[^]*Utdanningsdirektoratet/);
  expect(await reader.reads(changes.nth(1))).toMatch(/LOS[^]*Andel[^]*fantes ikke[^]*→[^]*kr[^]*Bufdir/);
  expect(await reader.reads(changes.nth(2))).toMatch(/231\.63[^]*Andel[^]*kr[^]*→[^]*kr/);

  await reader.taps(page.getByRole('link', { name: 'Kan vi søke?' }));
  await expect(page.getByRole('heading', { level: 1 })).toContainText('2022');
  const los = page.locator('.answer').filter({ has: page.getByRole('heading', { name: /LOS/ }) });
  expect(await reader.reads(los.locator('.verdict')), 'may it apply').toMatch(/^Nei/);
  expect(await reader.reads(los.locator('.reasons')), 'and why not').toMatch(/inngår i programtilskuddet[^]*dobbeltfinansieres[^]*prosjektplan/);
  await expect(los.locator('blockquote').first()).toBeVisible();

  expect(reader.clicks).toBeLessThanOrEqual(CLICKS);
  expect((Date.now() - began) / 1000).toBeLessThan(SECONDS);
});
