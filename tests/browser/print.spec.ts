// Promise: a municipality's programme grant is one page of A4 on paper, with the number, its sources and the date, that amounts are made up where
// they are, and nothing of menus, forms and the query.

import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { extractText, getDocumentProxy } from 'unpdf';
import { ARTEFACTS } from './places.ts';
import { expect, test } from './visit.ts';

const BAMBLE = '/kommune/940244145/programtilskudd';
/** Points of a sheet of A4, a little apart from exact. */
const A4 = { width: 595, height: 842 };

for (const year of [2020, 2021, 2022]) {
  test(`the programme grant of ${year} is one sheet of A4`, async ({ page }, info) => {
    await page.goto(`${BAMBLE}/${year}`);
    const number = (await page.locator('.number strong').textContent())?.trim() ?? '';
    const notice = (await page.locator('.banner.notice').first().textContent())?.trim() ?? '';
    const sources = await page.locator('main table').first().locator('tbody td:last-child').allTextContents();
    const hidden = await page.locator('.behind summary').textContent();
    const bytes = await page.pdf({ format: 'A4', printBackground: false });
    await writeFile(join(ARTEFACTS, `programtilskudd-${year}-${info.project.name}.pdf`), bytes);

    const pdf = await getDocumentProxy(new Uint8Array(bytes));
    expect(pdf.numPages).toBe(1);
    const [, , width = 0, height = 0] = (await pdf.getPage(1)).view;
    expect(Math.abs(width - A4.width)).toBeLessThan(2);
    expect(Math.abs(height - A4.height)).toBeLessThan(2);

    const { text } = await extractText(pdf, { mergePages: true });
    const plain = (words: string) => words.replaceAll(/\s+/g, '');
    const printed = plain(text);
    expect(number).not.toBe('');
    expect(printed).toContain(plain(number));
    expect(notice).not.toBe('');
    expect(printed).toContain(plain(notice));
    expect(sources.length).toBeGreaterThan(4);
    for (const source of sources) expect(printed).toContain(plain(source));
    // The day on which the figures were so, in words, and where they are from.
    expect(printed).toContain(plain(`${BAMBLE}/${year}`));
    expect(printed).toMatch(/Tal(lene|a)slikdei?var(kjent|kjende)/);
    for (const unwanted of [hidden ?? 'query', 'GraphiQL', 'Kildestatus', 'query ProgrammeGrant']) {
      expect(printed).not.toContain(plain(unwanted));
    }
  });
}
