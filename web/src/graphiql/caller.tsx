// Who asks: the body of the session that the page was made for, in open mode the body that was chosen on the pages, or whoever a token proves.
// A token stands in memory alone, and goes with the page.

import { useSyncExternalStore } from 'react';
import type { GraphiQLPlugin } from '@graphiql/react';
import type { Asking } from './fetcher';

/** What the gateway says of whoever the page was made for. */
interface Visitor {
  endpoint: string;
  sessionEndpoint: string;
  mode: 'session' | 'open' | 'public';
  /** The body and its role, in words. */
  who: string;
  number?: string;
  formToken?: string;
}

type Choice = 'page' | 'token';

const visitor = read();
let choice: Choice = 'page';
let token = '';
const onlookers = new Set<() => void>();

function read(): Visitor {
  const place = document.getElementById('graphiql')?.dataset;
  if (!place?.endpoint || !place.sessionEndpoint) throw new Error('The page does not say where operations are sent.');
  const { endpoint, sessionEndpoint, body, role, number } = place;
  return {
    endpoint,
    sessionEndpoint,
    mode: place.mode as Visitor['mode'],
    who: body ? `${body} (${role})` : (role ?? ''),
    number,
    formToken: document.querySelector<HTMLMetaElement>('meta[name="form-token"]')?.content,
  };
}

function change(change: () => void): void {
  change();
  onlookers.forEach((look) => look());
}

function useSaid(): string {
  const look = (onlooker: () => void) => {
    onlookers.add(onlooker);
    return () => void onlookers.delete(onlooker);
  };
  return useSyncExternalStore(look, said);
}

/** Where the next operation goes, and what proves or states the caller. */
export function asking(): Asking {
  const { endpoint, sessionEndpoint, mode, number, formToken } = visitor;
  if (choice === 'token') return { endpoint, headers: token ? { authorization: `Bearer ${token}` } : {}, follows: true };
  if (mode === 'session' && formToken) {
    return { endpoint: sessionEndpoint, headers: { 'x-csrf-token': formToken }, follows: false };
  }
  return { endpoint, headers: mode === 'open' && number ? { 'programgrant-caller': number } : {}, follows: true };
}

/** The same in words. */
function said(): string {
  if (choice === 'token') {
    return token ? 'Operations are sent with this token.' : 'Operations are sent without a token: as the public.';
  }
  switch (visitor.mode) {
    case 'session':
      return `Operations are sent as ${visitor.who}, by your session.`;
    case 'open':
      return `Operations are sent as ${visitor.who}; in open mode nothing is proved.`;
    case 'public':
      return 'Operations are sent without a token: as the public.';
  }
}

/** Stands below the answer, whichever panel is open. */
export function WhoAsks() {
  return (
    <p className="programgrant-who" role="status">
      {useSaid()}
    </p>
  );
}

function Icon() {
  return (
    <svg viewBox="0 0 24 24" fill="none" stroke="currentColor" strokeWidth="1.5" aria-hidden="true">
      <circle cx="12" cy="8" r="4" />
      <path d="M4 20c1.5-4 4.5-6 8-6s6.5 2 8 6" />
    </svg>
  );
}

function Choices() {
  const choose = (value: Choice) => change(() => (choice = value));
  const choices: [Choice, string][] = [
    ['page', visitor.mode === 'session' ? `${visitor.who}, by your session` : visitor.who],
    ['token', 'Whoever a token proves'],
  ];
  return (
    <fieldset>
      <legend>Ask as</legend>
      {choices.map(([value, name]) => (
        <label key={value}>
          <input type="radio" name="programgrant-caller" checked={choice === value} onChange={() => choose(value)} /> {name}
        </label>
      ))}
    </fieldset>
  );
}

function Panel() {
  // Drawn anew when another is chosen.
  useSaid();
  const take = (value: string) =>
    change(() => {
      // Whoever copies a whole header copies its scheme, too.
      token = value.trim().replace(/^Bearer\s+/i, '');
      choice = token ? 'token' : 'page';
    });
  return (
    <section className="programgrant-panel">
      <h2>Caller</h2>
      {visitor.mode === 'public' ? null : <Choices />}
      {visitor.mode === 'session' ? <p>A session asks and commands; it follows no subscription. A token does.</p> : null}
      {visitor.mode === 'open' ? (
        <p>
          In open mode every body is answered with the programme office’s sight. Which body it is, is chosen on <a href="/">the pages</a>.
        </p>
      ) : null}
      <label htmlFor="programgrant-token">Access token (Maskinporten, Ansattporten)</label>
      <input
        id="programgrant-token"
        type="password"
        autoComplete="off"
        spellCheck={false}
        value={token}
        onChange={(event) => take(event.target.value)}
        aria-describedby="programgrant-token-note"
      />
      <p id="programgrant-token-note">Kept in this page’s memory, and nowhere else.</p>
      <button type="button" className="graphiql-button" disabled={!token} onClick={() => take('')}>
        Forget it
      </button>
    </section>
  );
}

export const CALLER: GraphiQLPlugin = { title: 'Caller', icon: Icon, content: Panel };
