// Two other people's subgraphs, as small as can be: who lives in a municipality, known by our id, and how many sit in its
// council, known by its organisation number. All figures are made up.
import { createServer } from 'node:http';
import { buildSchema } from 'graphql';
import { createHandler } from 'graphql-http/lib/use/http';

const link = 'extend schema @link(url: "https://specs.apollo.dev/federation/v2.5", import: ["@key"])';

// What a subgraph's own server needs besides its SDL.
const machinery = `
  scalar _Any
  type _Service { sdl: String! }
  directive @key(fields: String!) repeatable on OBJECT
  extend type Query { _service: _Service! _entities(representations: [_Any!]!): [Municipality]! }`;

export const population = {
  name: 'population',
  sdl: `
    type Query { populationIsMadeUp: Boolean! }
    type Municipality @key(fields: "id") { id: ID! population(year: Int!): Int }`,
  root: { populationIsMadeUp: true },
  // Made up: the municipality's number, and a hundred more each year since 2000.
  entity: ({ id }) => ({ id, population: ({ year }) => Number(id.slice(-4)) + 100 * (year - 2000) }),
};

// Bamble and Larvik by their real numbers; the seats are made up.
const seats = { 940244145: 35, 918082956: 41 };

export const councils = {
  name: 'councils',
  sdl: `
    type Query { councils: [Municipality!]! }
    type Municipality @key(fields: "organisationNumber") { organisationNumber: String councilSeats: Int }`,
  root: { councils: () => Object.keys(seats).map(councilOf) },
  entity: ({ organisationNumber }) => councilOf(organisationNumber),
};

function councilOf(organisationNumber) {
  return { organisationNumber, councilSeats: seats[organisationNumber] ?? null };
}

// The SDL as composition reads it.
export const sdlOf = (subgraph) => `${link}\n${subgraph.sdl}\n`;

// Serves a subgraph on a free port; the answer is its address and how many representations each request brought.
export async function serve(subgraph) {
  const batches = [];
  const schema = buildSchema(subgraph.sdl + machinery);
  const entities = ({ representations }) => {
    batches.push(representations.length);
    return representations.map(subgraph.entity);
  };
  const rootValue = { ...subgraph.root, _service: { sdl: sdlOf(subgraph) }, _entities: entities };
  const server = createServer(createHandler({ schema, rootValue }));
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { url: `http://127.0.0.1:${server.address().port}/graphql`, batches, close: () => server.close() };
}
