// The screens that are walked, one line each: a new screen is a line here. And the bodies whose eyes they are seen with.

export const BAMBLE = '940244145';

/** Who looks, by the number that the form in the footer takes; none is the programme office. */
export const ROLES = {
  programkontor: '',
  publikum: '310240052',
  kommune: BAMBLE,
  statsforvalter: '974762501',
  direktorat: '986128433',
} as const;

/** The day since which the demonstration tells a past: the last 1 June, as it stands in addresses. */
export const FIRST_OF_JUNE = firstOfJune(new Date());

function firstOfJune(now: Date): string {
  const [year, month] = now.toLocaleDateString('sv-SE', { timeZone: 'Europe/Oslo' }).split('-').map(Number) as [number, number];
  return `${month < 6 ? year - 1 : year}-06-01`;
}

export type Role = keyof typeof ROLES;

export interface Screen {
  /** Its name in pictures and in the list of tests. */
  name: string;
  path: string;
  /** Roles that are refused, and with which status. */
  refuses?: Partial<Record<Role, number>>;
}

const NOT_PUBLIC = { refuses: { publikum: 403 } };
const OF_THE_OFFICE = { refuses: { publikum: 403, kommune: 403, statsforvalter: 403, direktorat: 403 } };

export const SCREENS: Screen[] = [
  { name: 'forside', path: '/' },
  { name: 'programtilskudd', path: `/kommune/${BAMBLE}/programtilskudd/2021`, ...NOT_PUBLIC },
  { name: 'endringer', path: `/kommune/${BAMBLE}/programtilskudd/2021/endringer?siden=${FIRST_OF_JUNE}`, ...NOT_PUBLIC },
  { name: 'slik-det-var', path: `/kommune/${BAMBLE}/programtilskudd/2021?per=${FIRST_OF_JUNE}`, ...NOT_PUBLIC },
  { name: 'alle-tilskudd', path: `/kommune/${BAMBLE}/tilskudd`, ...NOT_PUBLIC },
  { name: 'utbetalinger', path: `/kommune/${BAMBLE}/utbetalinger`, ...NOT_PUBLIC },
  { name: 'for-og-na', path: `/kommune/${BAMBLE}/for-og-na`, ...NOT_PUBLIC },
  { name: 'kan-vi-soke', path: `/kommune/${BAMBLE}/kan-vi-soke/2022` },
  { name: 'hva-vi-ikke-ser', path: `/kommune/${BAMBLE}/ser-ikke/2022` },
  { name: 'programmet', path: '/programmet/2021', ...NOT_PUBLIC },
  { name: 'dobbeltfinansiering', path: '/dobbeltfinansiering', ...NOT_PUBLIC },
  {
    name: 'for-vedtak',
    path: `/for-vedtak?mottaker=${BAMBLE}&ordning=231.63&aar=2021&belop=1000&sak=21%2F1&malgruppe=&fra=&til=`,
    refuses: { publikum: 403, kommune: 403 },
  },
  { name: 'kildestatus', path: '/kilder', ...OF_THE_OFFICE },
  { name: 'om-tallene', path: '/om-tallene' },
  { name: 'sok', path: '/sok?q=sand' },
];
