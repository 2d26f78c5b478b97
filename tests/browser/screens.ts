// The screens that are walked, one line each: a new screen is a line here, and `pages.spec.ts` misses it until then. And the bodies whose eyes they
// are seen with.

import { BAMBLE, type Found, NAV } from './demonstration.ts';

/** Takes no part in the programme. */
const OSLO = '958935420';

/** Who looks, by the number that the form in the footer takes; none is the programme office. */
export const ROLES = {
  programkontor: '',
  publikum: '310240052',
  kommune: BAMBLE,
  statsforvalter: '974762501',
  direktorat: NAV,
} as const;

export type Role = keyof typeof ROLES;

/** The day since which the demonstration tells a past: the last 1 June, as it stands in addresses. */
export const FIRST_OF_JUNE = firstOfJune(new Date());

function firstOfJune(now: Date): string {
  const [year, month] = now.toLocaleDateString('sv-SE', { timeZone: 'Europe/Oslo' }).split('-').map(Number) as [number, number];
  return `${month < 6 ? year - 1 : year}-06-01`;
}

export interface Screen {
  /** Its name in pictures and in the list of tests. */
  name: string;
  path: string | ((found: Found) => string);
  /** What whoever is not refused is answered with; 200 otherwise. */
  status?: number;
  /** Roles that are refused, and with which status. */
  refuses?: Partial<Record<Role, number>>;
}

const MUNICIPALITY = `/kommune/${BAMBLE}`;
const NOT_PUBLIC = { refuses: { publikum: 403 } };
const OF_OFFICERS = { refuses: { publikum: 403, kommune: 403 } };
/** Beyond the reach of Bamble, and of its county governor. */
const OF_ELSEWHERE = { refuses: { publikum: 403, kommune: 403, statsforvalter: 403 } };
/** What the interface does not find for whom it is none of the business of. */
function hiddenFrom(...roles: Role[]) {
  return { refuses: { publikum: 403, ...Object.fromEntries(roles.map((role) => [role, 404])) } };
}

function question(recipient: string, scheme: string, year: number, amount: string): string {
  const fields = { mottaker: recipient, ordning: scheme, aar: String(year), belop: amount, sak: '21/1', malgruppe: '', fra: '', til: '' };
  return `/for-vedtak?${new URLSearchParams(fields)}`;
}

export const SCREENS: Screen[] = [
  { name: 'forside', path: '/' },
  { name: 'sok', path: '/sok?q=sand' },
  { name: 'sok-tomt', path: '/sok' },
  { name: 'sok-ingen', path: '/sok?q=finnesikke' },

  { name: 'kommune', path: MUNICIPALITY, ...NOT_PUBLIC },
  { name: 'programtilskudd', path: `${MUNICIPALITY}/programtilskudd/2021`, ...NOT_PUBLIC },
  { name: 'slik-det-var', path: `${MUNICIPALITY}/programtilskudd/2021?per=${FIRST_OF_JUNE}`, ...NOT_PUBLIC },
  { name: 'slik-det-var-for-alt', path: `${MUNICIPALITY}/programtilskudd/2021?per=2019-01-01`, status: 400 },
  { name: 'utenfor-programmet', path: `/kommune/${OSLO}/programtilskudd/2021`, ...OF_ELSEWHERE },
  { name: 'endringer', path: `${MUNICIPALITY}/programtilskudd/2021/endringer?siden=${FIRST_OF_JUNE}`, ...NOT_PUBLIC },
  { name: 'endringer-uten-dag', path: `${MUNICIPALITY}/programtilskudd/2021/endringer`, ...NOT_PUBLIC },
  { name: 'alle-tilskudd', path: `${MUNICIPALITY}/tilskudd`, ...NOT_PUBLIC },
  { name: 'alle-tilskudd-ingen', path: `${MUNICIPALITY}/tilskudd?tekst=finnesikke`, ...NOT_PUBLIC },
  { name: 'tilskudd', path: ({ award }) => `/tilskudd/${award}?siden=${FIRST_OF_JUNE}`, ...NOT_PUBLIC },
  { name: 'tilskudd-innsigelse', path: ({ objected }) => `/tilskudd/${objected}`, ...hiddenFrom('kommune') },
  { name: 'utbetalinger', path: `${MUNICIPALITY}/utbetalinger`, ...NOT_PUBLIC },
  { name: 'for-og-na', path: `${MUNICIPALITY}/for-og-na`, ...NOT_PUBLIC },
  { name: 'kan-vi-soke', path: `${MUNICIPALITY}/kan-vi-soke/2022` },
  { name: 'kan-vi-soke-utenfor', path: `/kommune/${OSLO}/kan-vi-soke/2022` },
  { name: 'hva-vi-ikke-ser', path: `${MUNICIPALITY}/ser-ikke/2022` },

  { name: 'programmer', path: '/programmer' },
  { name: 'programmet', path: '/programmet/2021' },
  { name: 'programmet-2022', path: '/programmet/2022' },
  { name: 'fylkesoversikt', path: '/fylkesoversikt' },
  { name: 'fylkesoversikt-alle', path: '/fylkesoversikt?fylke=alle&utvalg=alle' },
  { name: 'fylkesoversikt-hull', path: '/fylkesoversikt?vis=hull&aar=2021&sorter=sum' },
  { name: 'fylkesoversikt-ingen', path: '/fylkesoversikt?tekst=finnesikke' },

  { name: 'fordeling', path: '/fordeling' },
  { name: 'fordeling-vedtatt', path: ({ decided }) => `/fordeling/${decided}` },
  { name: 'fordeling-rettet', path: ({ corrected }) => `/fordeling/${corrected}` },
  { name: 'fordeling-forklart', path: ({ decided }) => `/fordeling/${decided}/${BAMBLE}`, ...NOT_PUBLIC },
  { name: 'fordeling-hva-hvis', path: '/fordeling/hva-hvis?aar=2022&ramme=50000000', ...NOT_PUBLIC },
  { name: 'innsigelser', path: '/innsigelser', ...NOT_PUBLIC },
  { name: 'tiltak', path: '/tiltak', ...NOT_PUBLIC },
  { name: 'rapporter', path: '/rapporter', ...NOT_PUBLIC },
  { name: 'evaluering', path: '/evaluering', ...NOT_PUBLIC },
  { name: 'deltakelse', path: '/deltakelse' },
  { name: 'kunngjoring', path: ({ announcement }) => `/deltakelse/${announcement}` },

  { name: 'dobbeltfinansiering', path: '/dobbeltfinansiering', ...NOT_PUBLIC },
  { name: 'dobbeltfinansiering-ingen', path: '/dobbeltfinansiering?status=SETTLED', ...NOT_PUBLIC },
  { name: 'sak', path: ({ doubleFunding }) => `/dobbeltfinansiering/${doubleFunding}`, ...hiddenFrom('direktorat') },
  { name: 'sak-differanse', path: ({ difference }) => `/dobbeltfinansiering/${difference}`, ...hiddenFrom('kommune', 'statsforvalter', 'direktorat') },
  { name: 'sak-kilder-uenige', path: ({ disagreement }) => `/dobbeltfinansiering/${disagreement}`, ...hiddenFrom('kommune') },
  { name: 'sak-andel-ikke-som-vedtatt', path: ({ undecided }) => `/dobbeltfinansiering/${undecided}`, ...hiddenFrom('kommune') },
  { name: 'sak-uten-mottaker', path: ({ unresolved }) => `/dobbeltfinansiering/${unresolved}`, ...hiddenFrom('kommune', 'statsforvalter', 'direktorat') },
  { name: 'for-vedtak', path: '/for-vedtak' },
  { name: 'for-vedtak-svar', path: question(BAMBLE, '231.63', 2021, '1000'), ...OF_OFFICERS },
  { name: 'for-vedtak-feil', path: question(BAMBLE, '231.63', 2021, 'mye') },
  { name: 'for-vedtak-liste', path: '/for-vedtak/liste' },
  { name: 'krav', path: '/krav', ...NOT_PUBLIC },
  { name: 'krav-ingen', path: '/krav?status=PAID', ...NOT_PUBLIC },
  { name: 'krav-avslatt', path: ({ denied }) => `/krav/${denied}`, ...hiddenFrom('kommune') },
  { name: 'krav-klarert', path: ({ cleared }) => `/krav/${cleared}`, ...hiddenFrom('kommune') },
  { name: 'krav-venter', path: ({ held }) => `/krav/${held}`, ...hiddenFrom('kommune', 'statsforvalter') },

  { name: 'frister', path: '/frister' },
  { name: 'frister-i-aar', path: '/frister?aar=2023&slag=USE_UNTIL' },
  { name: 'frister-ingen', path: '/frister?aar=1950' },
  { name: 'kalender', path: '/frister/kalender' },
  { name: 'data', path: '/data' },
  { name: 'kildestatus', path: '/kilder' },
  { name: 'om-tallene', path: '/om-tallene' },

  { name: 'finnes-ikke', path: '/finnes-ikke', status: 404 },
  { name: 'kommune-finnes-ikke', path: '/kommune/9999/tilskudd', status: 404 },
  { name: 'dag-leses-ikke', path: `${MUNICIPALITY}/programtilskudd/2021?per=i-fjor`, status: 400 },
  { name: 'aar-leses-ikke', path: `${MUNICIPALITY}/programtilskudd/i-fjor`, status: 400 },
];
