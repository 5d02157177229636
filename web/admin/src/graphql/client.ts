import { cacheExchange, Client, fetchExchange, mapExchange, subscriptionExchange } from '@urql/core'
import { authExchange } from '@urql/exchange-auth'
import { ENDPOINT, fetchOptions } from './bare'
import { isExpired } from './fault'
import { refreshExchange } from './refresh'
import { openSocket } from './socket'

interface Surroundings {
  /** Opens the sign-in dialog; requests wait behind it and go again when the session is back. */
  askSignIn: () => Promise<void>
  /** The page that is shown now. */
  place: () => string
  /** A request or the socket got no answer at all. */
  unanswered: () => void
}

export function createConsoleClient({ askSignIn, place, unanswered }: Surroundings): Client {
  return new Client({
    url: ENDPOINT,
    fetchOptions,
    preferGetMethod: false,
    exchanges: [
      refreshExchange(place),
      cacheExchange,
      authExchange(async () => ({
        addAuthToOperation: (operation) => operation,
        didAuthError: isExpired,
        refreshAuth: askSignIn,
      })),
      mapExchange({
        onError: (error) => {
          if (error.networkError) unanswered()
        },
      }),
      fetchExchange,
      subscriptionExchange({
        forwardSubscription: (request) => ({
          subscribe: (sink) => ({
            unsubscribe: openSocket(unanswered).subscribe({ query: request.query ?? '', variables: request.variables }, sink),
          }),
        }),
      }),
    ],
  })
}
