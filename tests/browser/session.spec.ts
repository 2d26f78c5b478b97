// Promise: whoever logs in at the issuer's page sees the pages as the body that was chosen there, asks in GraphiQL as that body, and is the public
// again after logging out. Every page on the way, and every page that says why there is none, is for everybody.

import type { Page } from '@playwright/test';
import { expect, test, type Visit } from './visit.ts';

const ORIGIN = process.env.DEMO_LOGIN_ORIGIN;
const BODY = 'Bamble';
/** A page that is for everybody. */
const PLACE = '/om-tallene';

test.use({ baseURL: ORIGIN });

/** By the issuer's page, which stands at another address of this machine. */
async function logIn(page: Page, visit: Visit): Promise<void> {
  visit.expectComplaint(/^asked of another origin: http:\/\/127\.0\.0\.1:\d+\/ansattporten\//);
  await page.goto(PLACE);
  await page.getByRole('link', { name: /^(Logg inn|Log in)$/ }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'Logg inn' })).toBeVisible();
}

async function choose(page: Page): Promise<void> {
  await page.locator('button[value="municipality"]').click();
  await page.waitForURL(`${ORIGIN}${PLACE}`);
}

async function logOut(page: Page): Promise<void> {
  await page.goto('/');
  await page.locator('form[action="/logout"] button').click();
  await page.waitForURL(`${ORIGIN}/`);
}

test('the issuer’s page is for everybody', async ({ page, visit }) => {
  await logIn(page, visit);
  await visit.isForEverybody('logg-inn');
  await page.getByRole('button', { name: 'Avbryt' }).click();
  // Whoever cancels comes back to a page that says so.
  visit.expectComplaint(/400/);
  await expect(page.getByText('LOGIN_REFUSED')).toBeVisible();
  await visit.isForEverybody('avbrutt');
});

test('who logs in is named on the pages, and nobody after logging out', async ({ page, visit }) => {
  await logIn(page, visit);
  await choose(page);
  await expect(page.locator('.who')).toContainText(BODY);
  await visit.isForEverybody('innlogget');
  await logOut(page);
  await expect(page.locator('.who')).not.toContainText(BODY);
  await expect(page.locator('form[action="/logout"]')).toHaveCount(0);
});

test.describe('@script', () => {
  async function ask(page: Page): Promise<void> {
    const operation = new URLSearchParams({ query: 'query Who { viewer { role organisation { name } } }' });
    // Another address than the one before only behind `#` would be no other page.
    await page.goto(PLACE);
    await page.goto(`/graphiql#${operation}`);
    await expect(page.locator('.graphiql-query-editor')).toContainText('Who');
    await page.getByRole('button', { name: 'Execute query' }).click();
  }

  test('GraphiQL asks as the body of the session, and as the public after it', async ({ page, visit }) => {
    await logIn(page, visit);
    await choose(page);
    const asked = page.waitForRequest((request) => request.url().endsWith('/graphiql/query') && !!request.postData()?.includes('query Who'));
    await ask(page);
    expect((await asked).headers()['x-csrf-token']).toBeTruthy();
    await expect(page.locator('.result-window')).toContainText('MUNICIPALITY');
    await expect(page.locator('.programgrant-who')).toContainText('as Bamble (municipality), by your session');
    await page.getByRole('button', { name: 'Show Caller' }).click();
    await visit.isForEverybody('graphiql-innlogget', { within: '.programgrant-panel' });
    await visit.isForEverybody('graphiql-hvem-innlogget', { within: '.programgrant-who' });

    await page.getByRole('radio', { name: 'Whoever a token proves' }).check();
    const byToken = page.waitForRequest((request) => request.url().endsWith('/graphql') && !!request.postData()?.includes('query Who'));
    await page.getByRole('button', { name: 'Execute query' }).click();
    expect((await byToken).headers()['x-csrf-token']).toBeUndefined();
    await expect(page.locator('.result-window')).toContainText('PUBLIC');

    await logOut(page);
    await ask(page);
    await expect(page.locator('.result-window')).toContainText('PUBLIC');
    await expect(page.locator('.programgrant-who')).toContainText('as the public');
  });
});

const REFUSED: Record<string, { path: string; status: number; code: string }> = {
  'finnes-ikke': { path: '/finnes-ikke', status: 404, code: 'NOT_FOUND' },
  'ikke-her': { path: '/logout', status: 405, code: 'METHOD_NOT_ALLOWED' },
  'innlogging-avvist': { path: '/login/callback?state=x&code=y', status: 400, code: 'LOGIN_REFUSED' },
  'adressen-leses-ikke': { path: '/login?to=/&to=/', status: 400, code: 'BAD_REQUEST' },
};

for (const [name, { path, status, code }] of Object.entries(REFUSED)) {
  test(`${name} is a page for everybody`, async ({ page, visit }) => {
    visit.expectComplaint(new RegExp(String(status)));
    const response = await page.goto(path);
    expect(response?.status()).toBe(status);
    await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
    await expect(page.getByText(code, { exact: true })).toBeVisible();
    await visit.isForEverybody(name);
  });
}
