// Who asks: a token that stands in memory alone, and goes with the page.

import { useState } from 'react';
import type { GraphiQLPlugin } from '@graphiql/react';
import type { Headers } from './fetcher';

let token = '';

/** What proves the caller; nothing where no token was given. */
export function credentials(): Headers {
  return token ? { authorization: `Bearer ${token}` } : {};
}

function Icon() {
  return (
    <svg viewBox="0 0 24 24" fill="none" stroke="currentColor" strokeWidth="1.5" aria-hidden="true">
      <circle cx="12" cy="8" r="4" />
      <path d="M4 20c1.5-4 4.5-6 8-6s6.5 2 8 6" />
    </svg>
  );
}

function Panel() {
  const [given, setGiven] = useState(token);
  const take = (value: string) => {
    // Whoever copies a whole header copies its scheme, too.
    token = value.trim().replace(/^Bearer\s+/i, '');
    setGiven(value);
  };
  return (
    <section className="programgrant-panel">
      <h2>Caller</h2>
      <label htmlFor="programgrant-token">Access token (Maskinporten, Ansattporten)</label>
      <input
        id="programgrant-token"
        type="password"
        autoComplete="off"
        spellCheck={false}
        value={given}
        onChange={(event) => take(event.target.value)}
        aria-describedby="programgrant-token-note"
      />
      <p id="programgrant-token-note">Kept in this page’s memory, and nowhere else. Without one you ask as the public.</p>
      <p role="status">{token ? 'Operations are sent with this token.' : 'Operations are sent without a token.'}</p>
      <button type="button" className="graphiql-button" disabled={!given} onClick={() => take('')}>
        Forget it
      </button>
    </section>
  );
}

export const CALLER: GraphiQLPlugin = { title: 'Caller', icon: Icon, content: Panel };
