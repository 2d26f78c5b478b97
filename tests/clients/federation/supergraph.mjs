// Our graph, the population of municipalities and their councils as one graph behind Hive Gateway, queried as one.
//
//   node supergraph.mjs URL SUBGRAPH.graphql FOLDER
//
// Writes the supergraph into FOLDER, prints what the gateway answered as JSON on the last line, and ends the gateway.
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { councils, population, sdlOf, serve } from './others.mjs';

const [url, subgraph, folder] = process.argv.slice(2);
const clients = fileURLToPath(new URL('..', import.meta.url));

// Every pot of the programme beside the population of its municipality: ours first, then theirs, by id.
const JOINED = `{
  programme {
    year(year: 2021) {
      pot { total }
      grants { municipality { id name population(year: 2021) } pot { total } }
    }
  }
}`;

// The other way round: theirs first, then ours by organisation number, then the third by id.
const REVERSED = `{
  councils {
    organisationNumber councilSeats name population(year: 2021)
    programmeGrant(year: 2021) { pot { total } }
  }
}`;

// An error of ours keeps its code and its place on the way through.
const FAILING = '{ councils { councilSeats name awards(scheme: "none") { id } } }';

const running = [await serve(population), await serve(councils)];
const gateway = await start(compose(running.map(({ url }) => url)));
try {
  const [joined, reversed, failing] = [await ask(JOINED), await ask(REVERSED), await ask(FAILING)];
  const batches = running.map((server) => server.batches);
  console.log(JSON.stringify({ joined, reversed, failing, batches }));
} finally {
  gateway.stop();
  for (const server of running) server.close();
}

function compose(urls) {
  const files = [population, councils].map((other, i) => {
    const file = join(folder, `${other.name}.graphql`);
    writeFileSync(file, sdlOf(other));
    return [other.name, urls[i], file];
  });
  const supergraph = join(folder, 'supergraph.graphql');
  const services = [['grants', url, subgraph], ...files].flat();
  execFileSync(process.execPath, [fileURLToPath(new URL('compose.mjs', import.meta.url)), supergraph, ...services], { stdio: 'inherit' });
  return supergraph;
}

// The gateway as its operators start it; it is told to ask nobody but the subgraphs.
async function start(supergraph) {
  const config = join(clients, 'federation', 'gateway.config.mjs');
  const port = await freePort();
  const options = ['supergraph', supergraph, '-c', config, '-h', '127.0.0.1', '-p', `${port}`];
  const child = spawn(join(clients, 'node_modules/.bin/hive-gateway'), options, { stdio: ['ignore', 'pipe', 'pipe'] });
  const stop = () => child.kill('SIGKILL');
  process.on('exit', stop);
  const said = [];
  const ended = once(child, 'exit').then(() => Promise.reject(new Error(`the gateway ended: ${said.join('\n')}`)));
  const listening = Promise.race([listens(child.stdout, said), listens(child.stderr, said)]);
  await Promise.race([listening, ended]);
  ended.catch(() => {});
  return { url: `http://127.0.0.1:${port}/graphql`, stop };
}

async function listens(stream, said) {
  for await (const line of createInterface({ input: stream })) {
    said.push(line);
    if (/listening|server started/i.test(line)) return;
  }
  await new Promise(() => {});
}

async function freePort() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  server.close();
  return port;
}

async function ask(query) {
  const headers = { 'content-type': 'application/json', accept: 'application/graphql-response+json' };
  const response = await fetch(gateway.url, { method: 'POST', headers, body: JSON.stringify({ query }) });
  return await response.json();
}
