// graphql-transport-ws as other people speak it: `node ws.mjs ws://127.0.0.1:4000/graphql`. Every scenario prints one line of
// JSON, {"name", "ok", "told"}; the exit code says whether all are well. The gateway is expected in open mode, with
// `websocket.initialisation` of about a second and `websocket.operations` of 5.
import { createClient } from 'graphql-ws';
import WebSocket from 'ws';

const url = process.argv[2];
const PROTOCOL = 'graphql-transport-ws';
const PATIENCE = 15_000;

/** A bare connection: what came, and how it was closed. */
class Bare {
  constructor(protocols = [PROTOCOL], options = {}) {
    this.socket = new WebSocket(url, protocols, options);
    this.messages = [];
    this.waiting = [];
    this.socket.on('message', (data) => {
      this.messages.push(JSON.parse(String(data)));
      this.waiting.splice(0).forEach((wake) => wake());
    });
    this.closed = new Promise((resolve) => {
      this.socket.on('close', (code, reason) => resolve({ code, reason: String(reason), bytes: reason.length }));
      this.socket.on('unexpected-response', (_, response) => {
        response.resume();
        resolve({ status: response.statusCode });
      });
    });
    this.socket.on('error', () => {});
    this.opened = new Promise((resolve) => this.socket.once('open', resolve));
  }

  async send(...messages) {
    await this.opened;
    for (const message of messages) this.socket.send(typeof message === 'object' && !Buffer.isBuffer(message) ? JSON.stringify(message) : message);
    return this;
  }

  /** The first message for which it holds, among those that came and those to come. */
  async heard(holds) {
    for (;;) {
      const found = this.messages.find(holds);
      if (found) return found;
      await new Promise((resolve) => this.waiting.push(resolve));
    }
  }

  async admitted(payload) {
    await this.send({ type: 'connection_init', ...(payload && { payload }) });
    await this.heard((message) => message.type === 'connection_ack');
    return this;
  }
}

const subscribe = (id, query, more = {}) => ({ id, type: 'subscribe', payload: { query, ...more } });
const FOLLOW = 'subscription { doubleFundingCaseChanged { id } }';
const closes = async (connection, code, reason) => {
  const closed = await connection.closed;
  return { ok: closed.code === code && closed.reason === reason && closed.bytes < 124, told: closed };
};
const same = (told, wanted) => ({ ok: JSON.stringify(told) === JSON.stringify(wanted), told });

const scenarios = {
  // Close codes.
  'no subprotocol: 4406': () => closes(new Bare([]), 4406, 'Subprotocol not acceptable'),
  'the old subprotocol: 4406': () => closes(new Bare(['graphql-ws']), 4406, 'Subprotocol not acceptable'),
  'several subprotocols, ours among them: let in': async () => {
    const connection = await new Bare(['graphql-ws', PROTOCOL]).admitted();
    return same(connection.socket.protocol, PROTOCOL);
  },
  'no connection_init: 4408': () => closes(new Bare(), 4408, 'Connection initialisation timeout'),
  'connection_init twice: 4429': async () => {
    const connection = await new Bare().admitted();
    await connection.send({ type: 'connection_init' });
    return closes(connection, 4429, 'Too many initialisation requests');
  },
  'connection_init twice at once: 4429': async () =>
    closes(await new Bare().send({ type: 'connection_init' }, { type: 'connection_init' }), 4429, 'Too many initialisation requests'),
  'subscribe before connection_ack: 4401': async () => closes(await new Bare().send(subscribe('1', '{ __typename }')), 4401, 'Unauthorized'),
  'a caller who is nobody: 4403': async () =>
    closes(await new Bare().send({ type: 'connection_init', payload: { 'programgrant-caller': '123456789' } }), 4403, 'Forbidden'),
  'a token that is no text: 4403': async () =>
    closes(await new Bare().send({ type: 'connection_init', payload: { Authorization: { is: 'odd' } } }), 4403, 'Forbidden'),
  'another page in a browser: 403 and no connection': async () => {
    const closed = await new Bare([PROTOCOL], { origin: 'https://evil.example' }).closed;
    return same(closed, { status: 403 });
  },
  'our own page in a browser: let in': async () => {
    const connection = await new Bare([PROTOCOL], { origin: url.replace('ws', 'http').replace('/graphql', '') }).admitted();
    return same(connection.messages, [{ type: 'connection_ack' }]);
  },
  'the same id twice: 4409': async () => {
    const connection = await new Bare().admitted();
    await connection.send(subscribe('one', FOLLOW), subscribe('one', FOLLOW));
    return closes(connection, 4409, 'Subscriber for one already exists');
  },
  'the same long id twice: 4409 in a reason that fits': async () => {
    const id = '🙂'.repeat(200);
    const connection = await new Bare().admitted();
    await connection.send(subscribe(id, FOLLOW), subscribe(id, FOLLOW));
    const closed = await connection.closed;
    const shown = closed.reason.replace(/^Subscriber for /, '').replace(/ already exists$/, '');
    return { ok: closed.code === 4409 && closed.bytes < 124 && /^(🙂)+$/u.test(shown), told: closed };
  },
  'the same id twice, query and subscription: 4409': async () => {
    const connection = await new Bare().admitted();
    await connection.send(subscribe('1', FOLLOW), subscribe('1', '{ __typename }'));
    return closes(connection, 4409, 'Subscriber for 1 already exists');
  },
  'binary that is no UTF-8: 4400': async () => closes(await new Bare().send(Buffer.from([0xff, 0xfe])), 4400, 'Invalid message received'),
  'a message that is too large: 1009': async () => {
    const connection = await new Bare().admitted();
    await connection.send(subscribe('1', ' '.repeat(3_000_000)));
    return closes(connection, 1009, 'Message too large');
  },
  ...Object.fromEntries(
    [
      'no JSON',
      '[]',
      'null',
      '{}',
      '{"type":"start","id":"1","payload":{"query":"{ __typename }"}}',
      '{"type":"connection_ack"}',
      '{"type":"next","id":"1","payload":{"data":null}}',
      '{"type":"ping","payload":"text"}',
      '{"type":"connection_init","payload":7}',
      '{"type":"subscribe","payload":{"query":"{ __typename }"}}',
      '{"type":"subscribe","id":"","payload":{"query":"{ __typename }"}}',
      '{"type":"subscribe","id":"1","payload":{}}',
      '{"type":"subscribe","id":"1","payload":{"query":"{ __typename }","variables":"x"}}',
      '{"type":"subscribe","id":"1","payload":{"query":"{ __typename }","operationName":1}}',
      '{"type":"complete"}',
    ].map((message) => [
      `${message}: 4400`,
      async () => closes(await (await new Bare().admitted()).send(message), 4400, 'Invalid message received'),
    ]),
  ),

  // What goes well.
  'a farewell is returned': async () => {
    const connection = await new Bare().admitted();
    connection.socket.close(1000, 'Thank you');
    return same((await connection.closed).code, 1000);
  },
  'ping is answered before and after connection_ack': async () => {
    const connection = await new Bare().send({ type: 'ping' });
    await connection.heard((message) => message.type === 'pong');
    await connection.admitted();
    await connection.send({ type: 'ping', payload: { mark: 1 } });
    return same(await connection.heard((message) => message.payload), { payload: { mark: 1 }, type: 'pong' });
  },
  'pong and complete of nothing are no mistakes': async () => {
    const connection = await new Bare().admitted();
    await connection.send({ type: 'pong' }, { type: 'complete', id: 'unknown' }, subscribe('1', '{ __typename }'));
    return same((await connection.heard((message) => message.type === 'next')).payload.data, { __typename: 'Query' });
  },
  'a query says next and complete': async () => {
    const connection = await new Bare().admitted();
    const query = 'query Named($number: String!) { municipality(number: $number) { name } } query Other { __typename }';
    await connection.send(subscribe('1', query, { operationName: 'Named', variables: { number: '4012' } }));
    await connection.heard((message) => message.type === 'complete');
    return same(connection.messages.slice(1).map(({ type, id, payload }) => [type, id, payload?.data?.municipality?.name]), [
      ['next', '1', 'Bamble'],
      ['complete', '1', undefined],
    ]);
  },
  'a mutation says next and complete': async () => {
    const connection = await new Bare().admitted();
    await connection.send(subscribe('1', 'mutation { decideCase(case: "sak-none", decision: CONFIRM, reason: "x") { errors { code } } }'));
    await connection.heard((message) => message.type === 'complete');
    return same(connection.messages.slice(1).map(({ type }) => type), ['next', 'complete']);
  },
  ...Object.fromEntries(
    [
      ['a document that does not parse', '{ municipality('],
      ['an unknown field', '{ nothing }'],
      ['an unknown field of a subscription', 'subscription { nothing }'],
      ['a subscription to two fields', 'subscription { doubleFundingCaseChanged { id } ...Pots } fragment Pots on Subscription { potChanged { year } }'],
      ['a document without text', ''],
    ].map(([name, query]) => [
      `${name} says one error and no complete`,
      async () => {
        const connection = await new Bare().admitted();
        await connection.send(subscribe('1', query));
        await connection.heard((message) => message.type === 'error');
        // Answered in turn: what would have followed has come by now.
        await connection.send(subscribe('1', '{ __typename }'));
        await connection.heard((message) => message.type === 'complete');
        const [error] = connection.messages.filter(({ type }) => type === 'error');
        const told = { types: connection.messages.slice(1).map(({ type }) => type), code: typeof error.payload[0].extensions.code };
        return same(told, { types: ['error', 'next', 'complete'], code: 'string' });
      },
    ]),
  ),
  'an argument that fails is told at once, and the subscription ends': async () => {
    const connection = await new Bare().admitted();
    await connection.send(subscribe('1', 'subscription { potChanged(programme: "none") { year } }'));
    await connection.heard((message) => message.type === 'complete');
    const told = connection.messages.slice(1).map(({ type, payload }) => [type, payload?.errors?.[0].extensions.code]);
    return same(told, [['next', 'UNKNOWN_PROGRAMME'], ['complete', undefined]]);
  },
  'a subscription that is stopped says nothing more, and its id is free': async () => {
    const connection = await new Bare().admitted();
    await connection.send(subscribe('1', FOLLOW), { type: 'complete', id: '1' }, subscribe('1', '{ __typename }'));
    await connection.heard((message) => message.type === 'complete');
    return same(connection.messages.slice(1).map(({ type, id }) => [type, id]), [['next', '1'], ['complete', '1']]);
  },
  'one operation too many is refused, and the others go on': async () => {
    const connection = await new Bare().admitted();
    await connection.send(...[1, 2, 3, 4, 5, 6].map((id) => subscribe(String(id), FOLLOW)));
    const error = await connection.heard((message) => message.type === 'error');
    await connection.send({ type: 'complete', id: '1' }, subscribe('7', '{ __typename }'));
    await connection.heard((message) => message.type === 'complete' && message.id === '7');
    return same([error.id, error.payload[0].extensions.code], ['6', 'TOO_MANY_OPERATIONS']);
  },
  'the token of the upgrade counts where connection_init brings none': async () => {
    const closed = await (await new Bare([PROTOCOL], { headers: { 'programgrant-caller': 'nobody' } }).send({ type: 'connection_init' })).closed;
    const payload = { 'programgrant-caller': '970018131' };
    const connection = await new Bare([PROTOCOL], { headers: { 'programgrant-caller': 'nobody' } }).admitted(payload);
    return same([closed.code, connection.messages[0].type], [4403, 'connection_ack']);
  },

  // The library's own client.
  'graphql-ws: query, mutation and subscription side by side': async () => {
    const client = createClient({ url, webSocketImpl: WebSocket, lazy: false, retryAttempts: 0, connectionParams: { 'Programgrant-Caller': '970018131' } });
    const all = async (query) => {
      const results = [];
      for await (const result of client.iterate({ query })) results.push(result);
      return results;
    };
    const following = client.iterate({ query: FOLLOW });
    const first = following.next();
    const [typename] = await all('{ __typename }');
    const [decided] = await all('mutation { decideCase(case: "sak-none", decision: CONFIRM, reason: "x") { errors { code } } }');
    await following.return();
    await first;
    const refused = await all('{ nothing }').then(
      () => 'answered',
      (errors) => errors[0].extensions.code,
    );
    await client.dispose();
    return same([typename.data, decided.data.decideCase.errors.length, refused], [{ __typename: 'Query' }, 1, 'INVALID_DOCUMENT']);
  },
  'graphql-ws: a caller who is nobody is told so': async () => {
    const client = createClient({ url, webSocketImpl: WebSocket, retryAttempts: 0, connectionParams: { 'programgrant-caller': 'nobody' } });
    const closed = await new Promise((resolve) => client.subscribe({ query: '{ __typename }' }, { next() {}, complete() {}, error: resolve }));
    return same([closed.code, closed.reason], [4403, 'Forbidden']);
  },
};

const within = (promise) =>
  Promise.race([promise, new Promise((_, reject) => setTimeout(() => reject(new Error('nothing happened')), PATIENCE).unref())]);

const outcomes = await Promise.all(
  Object.entries(scenarios).map(async ([name, run]) => {
    const outcome = await within(run()).catch((error) => ({ ok: false, told: String(error) }));
    return { name, ...outcome };
  }),
);
outcomes.forEach((outcome) => console.log(JSON.stringify(outcome)));
process.exit(outcomes.every(({ ok }) => ok) ? 0 : 1);
