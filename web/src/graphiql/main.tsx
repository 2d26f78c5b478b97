// GraphiQL: an operation is written and sent here. A page that links to it says its operation behind `#` (`query`, `variables`), which no
// server sees.

import './workers';
import '../pages/inter.css';
import '@graphiql/react/style.css';
import '@graphiql/plugin-doc-explorer/style.css';
import '@graphiql/plugin-history/style.css';
import 'graphiql/graphiql.css';
import './main.css';

import { HISTORY_PLUGIN } from '@graphiql/plugin-history';
import { GraphiQL } from 'graphiql';
import { createRoot } from 'react-dom/client';
import { asking, CALLER, WhoAsks } from './caller';
import { EXAMPLES, EXAMPLES_PLUGIN } from './examples';
import { fetcherBy } from './fetcher';

const PLUGINS = [EXAMPLES_PLUGIN, CALLER, HISTORY_PLUGIN];

const place = document.getElementById('graphiql');
if (!place) {
  throw new Error('The page has no place for GraphiQL.');
}

const linked = new URLSearchParams(location.hash.slice(1));
const query = linked.get('query') ?? undefined;
const variables = linked.get('variables') ?? undefined;

createRoot(place).render(
  <GraphiQL
    fetcher={fetcherBy(asking)}
    plugins={PLUGINS}
    visiblePlugin={EXAMPLES_PLUGIN}
    initialQuery={query}
    initialVariables={query && (variables ?? '')}
    defaultQuery={EXAMPLES[0]?.query}
    inputValueDeprecation
    schemaDescription
    shouldPersistHeaders={false}
    showPersistHeadersSettings={false}
  >
    <GraphiQL.Logo>
      <a className="graphiql-logo-link" href="/">
        programgrant
      </a>
    </GraphiQL.Logo>
    <GraphiQL.Footer>
      <WhoAsks />
    </GraphiQL.Footer>
  </GraphiQL>,
);
