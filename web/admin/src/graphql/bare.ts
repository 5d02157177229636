import { Client, fetchExchange, type AnyVariables, type TypedDocumentNode } from '@urql/core'

export const ENDPOINT = '/graphql'

/**
 * The client header is the guard against forged cross-site requests: without it the server refuses the cookie.
 * Only JSON is accepted here, or the server may answer a plain query with an event stream; subscriptions use the socket.
 */
export const fetchOptions: RequestInit = {
  credentials: 'same-origin',
  headers: { 'X-Shebao-Client': 'console', Accept: 'application/graphql-response+json, application/json' },
}

const bare = new Client({ url: ENDPOINT, fetchOptions, exchanges: [fetchExchange], preferGetMethod: false })

/** For what must go through while the main client waits for a new sign-in. */
export async function ask<Data, Variables extends AnyVariables>(
  document: TypedDocumentNode<Data, Variables>,
  variables: Variables,
  mutation = false,
): Promise<Data> {
  const request = mutation ? bare.mutation(document, variables) : bare.query(document, variables)
  const result = await request.toPromise()
  if (result.error) throw result.error
  return result.data as Data
}
