// Promise: what is given to every page runs under the policy of the pages: the style sheets with their fonts and images, and each part of
// Designsystemet's script. The page here is made up, and served in the place of one of ours.

import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { expect, test } from './visit.ts';

const POLICY = "default-src 'self'; base-uri 'none'; frame-ancestors 'none'";

const PARTS = `
  <ds-breadcrumbs class="ds-breadcrumbs" aria-label="Du er her:">
    <a class="ds-link" href="#a">Til forsiden</a>
    <ol><li><a class="ds-link" href="#a">Forside</a></li><li><a class="ds-link" href="#b">Kárášjohka</a></li></ol>
  </ds-breadcrumbs>
  <div class="ds-alert" data-color="warning"><p class="ds-paragraph">Noe mangler.</p></div>
  <details class="ds-details"><summary>Mer</summary><div>Tekst</div></details>
  <ds-field class="ds-field"><label class="ds-label">Kommune</label><input class="ds-input" type="text"></ds-field>
  <ds-field class="ds-field"><label class="ds-label">År</label><select class="ds-input"><option>2021</option></select></ds-field>
  <ds-field class="ds-field"><input class="ds-input" type="checkbox" id="c"><label class="ds-label" for="c">Bare åpne</label></ds-field>
  <div class="ds-search"><input class="ds-input" type="search" aria-label="Søk"><button class="ds-button" type="reset" aria-label="Tøm"></button></div>
  <ds-pagination class="ds-pagination" aria-label="Sider">
    <ol><li><a class="ds-button" href="#1" data-variant="tertiary">Forrige</a></li><li><a class="ds-button" href="#1">1</a></li></ol>
  </ds-pagination>
  <table class="ds-table"><caption>Tabell</caption><thead><tr><th aria-sort="ascending" scope="col"><button type="button">År</button></th></tr></thead>
    <tbody><tr><td>2021</td></tr></tbody></table>
  <button class="ds-button" type="button" popovertarget="p">Hvorfor?</button><div class="ds-popover" popover id="p">Derfor.</div>
  <button class="ds-button" type="button" command="show-modal" commandfor="d">Åpne</button>
  <dialog class="ds-dialog" id="d" closedby="any"><button class="ds-button" type="button" command="close" commandfor="d">Lukk</button></dialog>
`;

interface Chunk {
  file: string;
  css?: string[];
  imports?: string[];
}

const MANIFEST: Record<string, Chunk> = JSON.parse(
  readFileSync(resolve(import.meta.dirname, '../../web/dist/manifest.json'), 'utf8'),
);

function styles(key: string): string[] {
  const { imports = [], css = [] } = MANIFEST[key] ?? { file: '' };
  return [...imports.flatMap(styles), ...css];
}

test.describe('@script', () => {
  test('nothing of it is refused by the policy', async ({ page, visit }) => {
    const entry = 'src/pages/main.ts';
    const links = styles(entry).map((href) => `<link rel="stylesheet" href="/${href}">`).join('');
    const script = `<script type="module" src="/${MANIFEST[entry]?.file}"></script>`;
    await page.route('**/made-up', (route) =>
      route.fulfill({
        headers: { 'content-security-policy': POLICY, 'content-type': 'text/html; charset=utf-8' },
        body: `<!doctype html><html lang="nb"><title>Deler</title>${links}<main><h1>Deler</h1>${PARTS}</main>${script}`,
      }),
    );
    await page.goto('/made-up');
    await expect(page.getByRole('button', { name: 'Hvorfor?' })).toHaveCSS('font-family', /Inter/);
    await page.getByRole('button', { name: 'Hvorfor?' }).click();
    await expect(page.getByText('Derfor.')).toBeVisible();
    await page.getByRole('button', { name: 'Hvorfor?' }).click();
    await page.getByRole('button', { name: 'Åpne' }).click();
    await page.getByRole('button', { name: 'Lukk' }).click();
    await page.evaluate(() => document.fonts.ready);
    await visit.isForEverybody('parts');
  });
});
