import { cacheExchange, Client, fetchExchange, subscriptionExchange } from '@urql/core'
import { authExchange } from '@urql/exchange-auth'
import { ENDPOINT, fetchOptions } from './bare'
import { isExpired } from './fault'
import { openSocket } from './socket'

/** `askSignIn` opens the sign-in dialog; requests wait behind it and go again when the session is back. */
export function createConsoleClient(askSignIn: () => Promise<void>): Client {
  return new Client({
    url: ENDPOINT,
    fetchOptions,
    preferGetMethod: false,
    exchanges: [
      cacheExchange,
      authExchange(async () => ({
        addAuthToOperation: (operation) => operation,
        didAuthError: isExpired,
        refreshAuth: askSignIn,
      })),
      fetchExchange,
      subscriptionExchange({
        forwardSubscription: (request) => ({
          subscribe: (sink) => ({
            unsubscribe: openSocket().subscribe({ query: request.query ?? '', variables: request.variables }, sink),
          }),
        }),
      }),
    ],
  })
}
