// Sends an operation to the gateway, as whoever asks just then.

import type { Fetcher } from '@graphiql/toolkit';
import { getOperationAST, type DocumentNode, type ExecutionResult } from 'graphql';
import { createClient, type RequestParams } from 'graphql-sse';

export type Headers = Record<string, string>;

/** Where an operation goes, and as whom. */
export interface Asking {
  endpoint: string;
  headers: Headers;
  /** Whether subscriptions are followed there. */
  follows: boolean;
}

const ACCEPTED = 'application/graphql-response+json, application/json;q=0.9';
const FOLLOWS_NOTHING = 'A session follows no subscription. Give a token (Caller) to follow one.';

/** `asking` is asked for each operation, so that what was chosen meanwhile counts. */
export function fetcherBy(asking: () => Asking): Fetcher {
  return (operation, options) => {
    const { endpoint, headers: own, follows } = asking();
    const headers = { ...own, ...(options?.headers as Headers | undefined) };
    const document = options?.documentAST;
    if (!document || !subscribes(document, operation.operationName)) return ask(endpoint, headers, operation);
    return follows
      ? createClient({ url: endpoint, headers, retryAttempts: 0 }).iterate(operation as RequestParams)
      : Promise.resolve({ errors: [{ message: FOLLOWS_NOTHING }] } as unknown as ExecutionResult);
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
