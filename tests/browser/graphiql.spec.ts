// Promise: GraphiQL opens with an operation in it, sends it to this gateway and nowhere else, as whoever a token proves, and shows the
// answer. What a page links to is in it. What is ours of it is accessible, and what has the focus is seen.

import type { Page, Request } from '@playwright/test';
import { expect, test } from './visit.ts';

/** The editor takes its time to start. */
async function open(page: Page, address = '/graphiql'): Promise<void> {
  await page.goto(address);
  await isOpen(page);
}

async function isOpen(page: Page): Promise<void> {
  await expect(page.getByRole('button', { name: 'Execute query' })).toBeVisible();
  await expect(page.locator('.graphiql-query-editor .view-lines')).toContainText('query');
}

function asks(operation: string) {
  return (request: Request) => new URL(request.url()).pathname === '/graphql' && request.postData()?.includes(operation) === true;
}

async function execute(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Execute query' }).click();
}

function answer(page: Page) {
  return page.locator('.result-window');
}

test.describe('@script', () => {
  test('an example is sent and its answer shown', async ({ page, visit }) => {
    await open(page);
    await page.getByRole('button', { name: 'Kildestatus' }).click();
    // Until it has read what now stands in the editor, it would ask for the operation that stood there before.
    await expect(page.locator('.graphiql-tab-active')).toContainText('Sources');
    const asked = page.waitForRequest(asks('query Sources'));
    await execute(page);
    const response = await (await asked).response();
    expect(response?.status()).toBe(200);
    await expect(answer(page)).toContainText('"sources"');
    await visit.keep('graphiql');
  });

  test('a page of the gateway can link to it with an operation', async ({ page }) => {
    const query = 'query Linked($year: Int!) { coverage(year: $year) { year } }';
    const operation = new URLSearchParams({ query, variables: '{ "year": 2021 }' });
    await open(page, `/graphiql#${operation}`);
    await expect(page.locator('.graphiql-query-editor')).toContainText('Linked');
    await execute(page);
    await expect(answer(page)).toContainText('2021');
  });

  test('a token says who asks, and goes with the page', async ({ page }) => {
    await open(page);
    await page.getByRole('button', { name: 'Show Caller' }).click();
    await page.getByLabel('Access token').fill('Bearer a.b.c');
    await expect(page.getByText('sent with this token')).toBeVisible();
    // The token is made up: what is sent counts, and the answer is none of the gateway's.
    await page.route('**/graphql', (route) => route.fulfill({ json: { data: {} } }));
    const asked = page.waitForRequest(asks('query FrontPage'));
    await execute(page);
    expect((await asked).headers().authorization).toBe('Bearer a.b.c');

    const kept = await page.evaluate(() => JSON.stringify({ ...localStorage, ...sessionStorage }));
    expect(kept).not.toContain('a.b.c');
    await page.unroute('**/graphql');
    await page.reload();
    await isOpen(page);
    const askedAgain = page.waitForRequest(asks('query FrontPage'));
    await execute(page);
    expect((await askedAgain).headers().authorization).toBeUndefined();
  });

  test('what is ours of it is accessible', async ({ page, visit }) => {
    await open(page);
    await visit.isForEverybody('graphiql-eksempler', { within: '.programgrant-panel' });
    await page.getByRole('button', { name: 'Show Caller' }).click();
    await visit.isForEverybody('graphiql-hvem', { within: '.programgrant-panel' });
  });

  test('by the keyboard one sees where one is', async ({ page, visit }) => {
    await open(page);
    const path = [];
    for (let step = 0; step < 12; step += 1) path.push(await visit.tab());
    expect(path.filter((place) => !place.isSeen)).toEqual([]);
    expect(path.map((place) => place.what)).toContain('button Forside');
  });
});

test.describe('without script', () => {
  test.use({ javaScriptEnabled: false });

  test('it says where operations are sent instead', async ({ page, visit }) => {
    await page.goto('/graphiql');
    await expect(page.getByText('GraphiQL needs script')).toBeVisible();
    await visit.isForEverybody('graphiql-uten-script');
    expect((await visit.tab()).what).toBe('nothing');
  });
});
