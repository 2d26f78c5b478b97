// Reads a pot and prints it: `node build/src/pot.js URL MUNICIPALITY YEAR`. Compiles only while the public names, their types and
// their nulls are what this file takes them for.
import { graphql } from '../generated/gql.js';
import type { PotQuery, TypedDocumentString } from '../generated/graphql.js';

const POT = graphql(`
  query Pot($number: String!, $year: Int!) {
    municipality(number: $number) {
      name
      organisationNumber
      programmeGrant(year: $year) {
        pot { total known completeness asOf awarded { state amount } }
        shares { scheme { id } amount { state amount } }
      }
    }
  }
`);

declare const process: { argv: string[] };

type Answer<Data> = { data?: Data | null; errors?: { message: string; extensions?: { code: string } }[] };

async function ask<Data, Variables>(url: string, document: TypedDocumentString<Data, Variables>, variables: Variables): Promise<Data> {
  const headers = { 'content-type': 'application/json', accept: 'application/graphql-response+json' };
  const response = await fetch(url, { method: 'POST', headers, body: JSON.stringify({ query: document.toString(), variables }) });
  const answer = (await response.json()) as Answer<Data>;
  if (!answer.data) throw new Error(answer.errors?.map(({ message }) => message).join('\n') ?? 'no data');
  return answer.data;
}

// The sum of what is stated; null as soon as one share is not known. TypeScript does not let the null be forgotten.
function sum(shares: NonNullable<NonNullable<PotQuery['municipality']>['programmeGrant']>['shares']): number | null {
  return shares.reduce<number | null>((total, { amount }) => {
    if (total === null || amount.state === 'NOT_DELIVERED') return null;
    return total + (amount.amount ?? 0);
  }, 0);
}

const [url = '', number = '', year = ''] = process.argv.slice(2);
const { municipality } = await ask(url, POT, { number, year: Number(year) });
const grant = municipality?.programmeGrant;
const total: number | null | undefined = grant?.pot.total;
const asOf: string | null | undefined = grant?.pot.asOf;
console.log(JSON.stringify({ name: municipality?.name, total, sum: grant ? sum(grant.shares) : null, asOf }));
