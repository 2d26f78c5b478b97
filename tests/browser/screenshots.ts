// The six pictures of `docs/screenshots/`, taken of the demonstration: `npm run screenshots` (see playwright.config.ts). Small, so that a README loads.

import { mkdirSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Page } from '@playwright/test';
import { BAMBLE } from './demonstration.ts';
import { expect, test } from './visit.ts';

const FOLDER = resolve(import.meta.dirname, '../../docs/screenshots');
const MOST_BYTES = 150_000;

const MUNICIPALITY = `/kommune/${BAMBLE}`;
const CHECK = `/for-vedtak?mottaker=${BAMBLE}&ordning=846-los&aar=2022&belop=600000&sak=22%2F1017&malgruppe=&fra=&til=`;

interface Picture {
  name: string;
  path: string;
  /** What stands at the top of it; the page's own top otherwise. */
  from?: string;
  width?: number;
  height?: number;
}

const PICTURES: Picture[] = [
  { name: 'forside', path: '/' },
  { name: 'programtilskudd', path: `${MUNICIPALITY}/programtilskudd/2021`, height: 1000 },
  { name: 'programmet', path: '/programmet/2021', from: 'h2' },
  { name: 'kan-vi-soke', path: `${MUNICIPALITY}/kan-vi-soke/2022`, from: 'h1' },
  { name: 'for-vedtak', path: CHECK, from: 'h1' },
  { name: 'telefon', path: `${MUNICIPALITY}/programtilskudd/2021`, width: 360, height: 740 },
];

async function picture(page: Page, { name, path, from, width = 1280, height = 800 }: Picture): Promise<void> {
  await page.setViewportSize({ width, height });
  await page.goto(path);
  if (from) await page.locator(`main ${from}`).first().evaluate((element) => element.scrollIntoView({ block: 'start' }));
  await page.evaluate(() => document.fonts.ready);
  const file = join(FOLDER, `${name}.png`);
  await page.screenshot({ path: file, animations: 'disabled' });
  expect(statSync(file).size, file).toBeLessThan(MOST_BYTES);
}

mkdirSync(FOLDER, { recursive: true });

for (const wanted of PICTURES) {
  test(`picture of ${wanted.name}`, ({ page }) => picture(page, wanted));
}
