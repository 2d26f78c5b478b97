// Promise: whoever commands does so by the keyboard alone, is told before what each form will do and after what happens next, and nothing is wrong
// with any of these screens and states by WCAG 2.1 AA.

import type { Page, TestInfo } from '@playwright/test';
import { BAMBLE, NAV, NOBODY, OFFICE } from './demonstration.ts';
import { expect, test } from './visit.ts';

/** The other directorate of the programme: Bufdir. */
const OTHER = '986128433';
const OSLO = '958935420';

/** A grant year of this visitor's own: all share one ledger. */
function yearOf(info: TestInfo): string {
  const parts = ['1280', 'dark', 'nn', 'plain'].map((part, place) => (info.project.name.split('-').includes(part) ? 2 ** place : 0));
  return String(2030 + parts.reduce((sum, part) => sum + part, 0));
}

function question(recipient: string, year: string, group = ''): string {
  const fields = { mottaker: recipient, ordning: '621.63', aar: year, belop: '1000', malgruppe: group, fra: '', til: '', sak: `${year}/1` };
  return `/for-vedtak?${new URLSearchParams(fields)}`;
}

/** Holds the tabulator down until the element has the focus, which must be seen. */
async function tabTo(page: Page, selector: string): Promise<void> {
  for (let stops = 0; stops < 150; stops += 1) {
    await page.keyboard.down('Tab');
    const found = await page.evaluate((wanted) => {
      const focused = document.activeElement;
      if (!focused?.matches(wanted)) return false;
      return { isSeen: focused.matches(':focus-visible') && getComputedStyle(focused).outlineStyle !== 'none' };
    }, selector);
    if (found) {
      await page.keyboard.up('Tab');
      expect(found.isSeen, `${selector}: the focus is not seen`).toBe(true);
      return;
    }
  }
  throw new Error(`The keyboard does not come to ${selector}.`);
}

/** Asks for a clearance from the page of a question; the page of the claim. */
async function request(page: Page, address: string): Promise<void> {
  await page.goto(address);
  await page.locator('#lest-krav').check();
  await page.locator('#krav button.act').click();
  await page.waitForURL(/\/krav\/krav-/);
}

test('the keyboard alone asks, requests and confirms @keyboard', async ({ page, visit }, info) => {
  // At every stop of the tabulator it is asked where it has led.
  test.slow();
  await page.goto('/for-vedtak');
  await tabTo(page, '#virksomhet');
  await page.keyboard.type(NAV);
  await page.keyboard.press('Enter');
  await expect(page.locator('.who')).toContainText('NAV');
  await tabTo(page, '#mottaker');
  await page.keyboard.type(OSLO);
  await tabTo(page, '#ordning');
  await page.keyboard.type('621');
  await tabTo(page, '#aar');
  await page.keyboard.press('ControlOrMeta+a');
  await page.keyboard.type(yearOf(info));
  await tabTo(page, '#belop');
  await page.keyboard.type('1 000');
  await tabTo(page, '#sak');
  await page.keyboard.type('tastatur/1');
  await page.keyboard.press('Enter');
  await page.waitForURL(/mottaker=/);
  await expect(page.locator('.answer.clear')).toBeVisible();
  await expect(page.locator('#krav .steps dt')).toHaveCount(5);
  await visit.isForEverybody('for-vedtak-klarering');
  await tabTo(page, '#lest-krav');
  await page.keyboard.press('Space');
  await tabTo(page, '#krav button.act');
  await page.keyboard.press('Enter');
  await page.waitForURL(/\/krav\/krav-/);
  await expect(page.locator('.claim-state.cleared')).toBeVisible();
  await visit.isForEverybody('krav-klarert');
  await tabTo(page, '#referanse');
  await page.keyboard.type('T-1');
  await tabTo(page, '#bekreft-lest');
  await page.keyboard.press('Space');
  await tabTo(page, '#bekreft button.act');
  await page.keyboard.press('Enter');
  await expect(page.locator('.claim-state.confirmed')).toBeVisible();
  await visit.isForEverybody('krav-bekreftet');
});

test('what is refused is said at the form, and what was typed stays', async ({ page, visit }, info) => {
  await visit.represents(NAV);
  await request(page, question('964338531', yearOf(info)));
  await page.locator('#referanse').fill('T-2');
  await page.locator('#belop').fill('999');
  await page.locator('#bekreft-lest').check();
  await page.locator('#bekreft button.act').click();
  await expect(page.locator('#bekreft [role="alert"]')).toContainText('AMOUNT_DIFFERS');
  await expect(page.locator('#referanse')).toHaveValue('T-2');
  await visit.isForEverybody('krav-ikke-utfort');
  await page.locator('#gi-tilbake-grunn').fill('Trukket.');
  await page.locator('#gi-tilbake-lest').check();
  await page.locator('#gi-tilbake button.act').click();
  await expect(page.locator('.claim-state.released')).toBeVisible();
  await expect(page.locator('section.command')).toHaveCount(0);
  await visit.isForEverybody('krav-gitt-tilbake');
});

test('a case officer decides what is held', async ({ page, visit }, info) => {
  await visit.represents(NAV);
  await request(page, question(NOBODY, yearOf(info)));
  await expect(page.locator('.claim-state.held')).toBeVisible();
  await visit.represents(OFFICE);
  await page.reload();
  await visit.isForEverybody('krav-venter');
  await tabTo(page, '#valg-ALLOW');
  await page.keyboard.press('ArrowDown');
  await tabTo(page, '#avgjor-grunn');
  await page.keyboard.type('Ukjent mottaker.');
  await tabTo(page, '#avgjor-lest');
  await page.keyboard.press('Space');
  await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  await expect(page.locator('.claim-state.denied')).toBeVisible();
  await visit.isForEverybody('krav-avslatt');
});

test('two people make an exception', async ({ page, visit }) => {
  await visit.represents(NAV);
  await request(page, question(BAMBLE, '2021', 'CHILDREN_AND_YOUNG'));
  await expect(page.locator('.claim-state.denied')).toBeVisible();
  await visit.represents(OFFICE);
  await page.reload();
  await page.locator('#foresla-unntak-hjemmel').fill('bevilgningsreglementet § 11');
  await page.locator('#foresla-unntak-grunn').fill('Flom.');
  await page.locator('#foresla-unntak-lest').check();
  await page.locator('#foresla-unntak button.act').click();
  await expect(page.locator('#unntak')).toBeVisible();
  await visit.represents(OTHER);
  await page.reload();
  await expect(page.locator('#godkjenn-unntak')).toBeVisible();
  await visit.isForEverybody('krav-unntak');
});

test('a list is asked about, and what cannot be read is named', async ({ page, visit }, info) => {
  await visit.represents(NAV);
  await page.goto('/for-vedtak/liste');
  await visit.isForEverybody('for-vedtak-liste-tom');
  await tabTo(page, '#liste');
  await page.keyboard.insertText(`orgnr;ordning;ar;belop\n${OSLO};621.63;${yearOf(info)};1000\n${BAMBLE};621.63;2021;mye\n${BAMBLE};621.63;2021;1000`);
  await tabTo(page, '#fil');
  await tabTo(page, 'form[enctype] button');
  await page.keyboard.press('Enter');
  await expect(page.locator('tr.told')).toHaveCount(3);
  await expect(page.locator('tr.bad_line')).toHaveCount(1);
  await visit.isForEverybody('for-vedtak-liste');
  await page.locator('#liste').fill('orgnr;ordning\n1;2');
  await page.locator('form[enctype] button').click();
  await expect(page.locator('#feil')).toBeVisible();
  await visit.isForEverybody('for-vedtak-liste-feil');
});

test('claims are listed, and a case says what deciding it does', async ({ page, visit }, info) => {
  await visit.represents(NAV);
  await request(page, question('942110464', yearOf(info)));
  await page.goto('/krav');
  await visit.isForEverybody('krav');
  await page.goto('/krav?status=PAID');
  await visit.isForEverybody('krav-ingen');
  await visit.represents(OFFICE);
  await page.goto('/dobbeltfinansiering?status=OPEN');
  await page.locator('tbody a').first().click();
  await expect(page.locator('#avgjor')).toBeVisible();
  await visit.isForEverybody('sak');
});

test('who may not sees a page that says so', async ({ page, visit }) => {
  visit.expectComplaint(/403/);
  await visit.represents(NOBODY);
  expect((await page.goto('/krav'))?.status()).toBe(403);
  await visit.isForEverybody('krav-forbudt');
  await visit.represents(OTHER);
  await page.goto(question(OSLO, '2021'));
  await expect(page.locator('#krav')).toHaveCount(0);
  await visit.isForEverybody('for-vedtak-andres');
});
