// The graphql-sse client against one address. Prints a JSON line for each thing that happened; the test makes the changes that
// the subscription hears of once it reads "listening".
import { createClient } from 'graphql-sse';

const [url] = process.argv.slice(2);
const say = (what, more = {}) => console.log(JSON.stringify({ what, ...more }));
const client = createClient({ url, retryAttempts: 0, onMessage: () => {} });

const collect = (query, variables) =>
  new Promise((resolve, reject) => {
    const results = [];
    client.subscribe({ query, variables }, { next: (result) => results.push(result), error: reject, complete: () => resolve(results) });
  });

say('query', { results: await collect('query ($number: String!) { municipality(number: $number) { name } }', { number: '3813' }) });
say('invalid', { results: await collect('subscription { nothing }') });
say('unknown', { results: await collect('subscription { potChanged(programme: "none") { year } }') });

const heard = await new Promise((resolve, reject) => {
  const close = client.subscribe(
    { query: 'subscription { potChanged(municipality: "3812") { year municipality { name } pot { known } } }' },
    {
      next: (result) => {
        close();
        resolve(result);
      },
      error: reject,
      complete: () => reject(new Error('it ended by itself')),
    },
    { connected: () => say('listening') },
  );
});
say('heard', { result: heard });
client.dispose();
