// Sends an operation to the gateway, as the caller that a token proves or that the editor's headers name.

import type { Fetcher } from '@graphiql/toolkit';
import { getOperationAST, type DocumentNode, type ExecutionResult } from 'graphql';
import { createClient, type RequestParams } from 'graphql-sse';

export type Headers = Record<string, string>;

const ACCEPTED = 'application/graphql-response+json, application/json;q=0.9';

/** `credentials` is asked for each operation, so that a token which was given meanwhile counts. */
export function fetcherTo(endpoint: string, credentials: () => Headers): Fetcher {
  return (operation, options) => {
    const headers = { ...credentials(), ...(options?.headers as Headers | undefined) };
    const document = options?.documentAST;
    return document && subscribes(document, operation.operationName)
      ? createClient({ url: endpoint, headers, retryAttempts: 0 }).iterate(operation as RequestParams)
      : ask(endpoint, headers, operation);
  };
}

function subscribes(document: DocumentNode, name: string | null | undefined): boolean {
  return getOperationAST(document, name)?.operation === 'subscription';
}

async function ask(endpoint: string, headers: Headers, operation: object): Promise<ExecutionResult> {
  const response = await fetch(endpoint, {
    method: 'POST',
    headers: { accept: ACCEPTED, 'content-type': 'application/json', ...headers },
    body: JSON.stringify(operation),
  });
  return (await response.json()) as ExecutionResult;
}
