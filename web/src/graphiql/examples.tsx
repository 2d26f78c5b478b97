// The operation behind each screen, ready to be sent. They stand in `examples/`, the first line of each is its title in bokmål.

import { pick, useGraphiQL, useGraphiQLActions, type GraphiQLPlugin } from '@graphiql/react';

export interface Example {
  title: string;
  query: string;
}

const FILES = import.meta.glob<string>('./examples/*.graphql', { query: '?raw', import: 'default', eager: true });

/** In the order of their files' names. */
export const EXAMPLES: Example[] = Object.entries(FILES)
  .sort(([a], [b]) => a.localeCompare(b))
  .map(([, query]) => ({ title: query.slice(0, query.indexOf('\n')).replace(/^#\s*/, ''), query }));

function Icon() {
  return (
    <svg viewBox="0 0 24 24" fill="none" stroke="currentColor" strokeWidth="1.5" aria-hidden="true">
      <path d="M4 6h16M4 12h16M4 18h10" />
    </svg>
  );
}

function Panel() {
  const { addTab, changeTab } = useGraphiQLActions();
  const { queryEditor, tabs } = useGraphiQL(pick('queryEditor', 'tabs'));
  const open = ({ query }: Example) => {
    const at = tabs.findIndex((tab) => tab.query === query);
    if (at >= 0) {
      changeTab(at);
    } else {
      addTab();
      queryEditor?.setValue(query);
    }
    queryEditor?.focus();
  };
  return (
    <section className="programgrant-panel">
      <h2>Examples</h2>
      <p>The operation behind each page. What you may see depends on who you are.</p>
      <ul lang="nb">
        {EXAMPLES.map((example) => (
          <li key={example.title}>
            <button type="button" onClick={() => open(example)}>
              {example.title}
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}

export const EXAMPLES_PLUGIN: GraphiQLPlugin = { title: 'Examples', icon: Icon, content: Panel };
