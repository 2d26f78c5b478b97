// The GraphQL-over-HTTP audit of graphql-http, pointed at one address: every check must be ok, the optional ones too.
import { serverAudits } from 'graphql-http';

const CHECKS = 61;
const [url] = process.argv.slice(2);
const results = [];
for (const audit of serverAudits({ url })) {
  results.push(await audit.fn());
}
const failed = results.filter((result) => result.status !== 'ok');
for (const { id, name, status, reason } of failed) {
  console.log(`${status} ${id} ${name}: ${reason}`);
}
console.log(`${results.length - failed.length} of ${results.length} ok`);
process.exit(failed.length === 0 && results.length === CHECKS ? 0 : 1);
