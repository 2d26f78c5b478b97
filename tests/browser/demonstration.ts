// What only the demonstration knows of its pages: the addresses of an award and of cases, and of claims that are made here, by the interface.

export const BAMBLE = '940244145';
/** Has another share of 2022 than was decided, and objects. */
const HORTEN = '964951284';
export const NAV = '889640782';
export const OFFICE = '970018131';
/** A number that passes its check and is nobody's: whom it means is for a case officer to say. */
export const NOBODY = '310240052';

/** Ids as they stand in addresses. */
export interface Found {
  /** An award with a history. */
  award: string;
  /** A case of a municipality, one of a pot that does not add up, one of sources that disagree, and one whose recipient is not known. */
  doubleFunding: string;
  difference: string;
  disagreement: string;
  unresolved: string;
  /** A case of a share that is not the one decided, and that share, to which its municipality objects. */
  undecided: string;
  objected: string;
  /** A claim that a rule forbids, one that may be awarded, and one that waits for a case officer. */
  denied: string;
  cleared: string;
  held: string;
  /** An allocation in force, one that was corrected, and an announcement. */
  decided: string;
  corrected: string;
  announcement: string;
}

interface Asked {
  municipality: { awards: { id: string; year: number; versions: unknown[] }[] };
  doubleFundingCases: { items: { id: string; kind: string; municipality: { organisationNumber: string } | null; awards: { id: string }[] }[] };
  allocations: { id: string; year: number; state: string }[];
  announcements: { id: string }[];
}

const WHAT_THERE_IS = `{
  municipality(organisationNumber: "${BAMBLE}") { awards { id year versions { status } } }
  doubleFundingCases(limit: 1000) { items { id kind municipality { organisationNumber } awards { id } } }
  allocations(programme: "0-24-pilot") { id year state }
  announcements(programme: "0-24-pilot") { id }
}`;
const REQUEST = `mutation Request($key: ID!, $input: FundingInput!) {
  requestFunding(idempotencyKey: $key, input: $input) { claim { id } }
}`;

async function ask<T>(query: string, variables: object = {}, caller?: string): Promise<T> {
  const headers = { 'content-type': 'application/json', ...(caller ? { 'programgrant-caller': caller } : {}) };
  const response = await fetch(`${process.env.DEMO_ORIGIN}/graphql`, { method: 'POST', headers, body: JSON.stringify({ query, variables }) });
  const { data, errors } = (await response.json()) as { data?: T; errors?: unknown };
  if (!data) throw new Error(`The demonstration does not say what it has: ${JSON.stringify(errors)}`);
  return data;
}

/** The same key gives the first answer again: whoever asks, and how often, there is one such claim. */
async function claim(key: string, organisationNumber: string, year: number, more: object = {}): Promise<string> {
  const input = { recipient: { organisationNumber }, scheme: '621.63', year, amount: 100_000, caseReference: key, ...more };
  const { requestFunding } = await ask<{ requestFunding: { claim: { id: string } | null } }>(REQUEST, { key, input }, NAV);
  return named(requestFunding.claim ?? undefined, key);
}

function named(found: { id: string } | undefined, what: string): string {
  if (!found) throw new Error(`The demonstration has none of this: ${what}`);
  return encodeURIComponent(found.id);
}

export async function find(): Promise<Found> {
  const { municipality, doubleFundingCases, allocations, announcements } = await ask<Asked>(WHAT_THERE_IS);
  const { items } = doubleFundingCases;
  const undecided = items.find(({ kind, municipality }) => kind === 'ALLOCATION_DIFFERENCE' && municipality?.organisationNumber === HORTEN);
  return {
    award: named(municipality.awards.find(({ year, versions }) => year === 2021 && versions.length > 1), 'an award that has changed'),
    doubleFunding: named(items.find((item) => item.municipality?.organisationNumber === BAMBLE), 'a case of Bamble'),
    difference: named(items.find(({ kind }) => kind === 'POT_DIFFERENCE'), 'a pot that does not add up'),
    disagreement: named(items.find(({ kind }) => kind === 'SOURCES_DISAGREE'), 'sources that disagree'),
    unresolved: named(items.find(({ kind }) => kind === 'UNRESOLVED_RECIPIENT'), 'a recipient that is not known'),
    undecided: named(undecided, 'a share that is not the one decided'),
    objected: named(undecided?.awards[0], 'a share that is objected to'),
    denied: await claim('gjennomgang-1', BAMBLE, 2021, { targetGroup: 'CHILDREN_AND_YOUNG' }),
    cleared: await claim('gjennomgang-2', BAMBLE, 2029),
    held: await claim('gjennomgang-3', NOBODY, 2029),
    decided: named(allocations.find(({ state }) => state === 'DECIDED'), 'an allocation in force'),
    corrected: named(allocations.find(({ state }) => state === 'CORRECTED'), 'an allocation that was corrected'),
    announcement: named(announcements[0], 'an announcement'),
  };
}
