// Composes subgraphs into a supergraph as routers do (@apollo/composition), and writes its SDL.
//
//   node compose.mjs SUPERGRAPH.graphql NAME URL FILE.graphql [NAME URL FILE.graphql …]
//
// Exit code 1 and the reasons, if they do not compose. Hints are shown; they are no errors.
import { readFileSync, writeFileSync } from 'node:fs';
import { composeServices } from '@apollo/composition';
import { parse } from 'graphql';

const [target, ...rest] = process.argv.slice(2);
const services = [];
for (let i = 0; i < rest.length; i += 3) {
  const [name, url, file] = rest.slice(i, i + 3);
  services.push({ name, url, typeDefs: parse(readFileSync(file, 'utf8')) });
}
const { errors, hints, supergraphSdl } = composeServices(services);
for (const hint of hints ?? []) console.log(`hint: ${hint}`);
for (const error of errors ?? []) console.error(`error: ${error.message}`);
if (errors?.length) process.exit(1);
writeFileSync(target, supergraphSdl);
