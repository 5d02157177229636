import { createClient, type Client } from 'graphql-ws'
import { ENDPOINT } from './bare'

const LONGEST_WAIT = 15_000
const ENDED_BY_US = 1000
let socket: Client | null = null

function address(): string {
  const { protocol, host } = window.location
  return `${protocol === 'https:' ? 'wss' : 'ws'}://${host}${ENDPOINT}`
}

/** Opened by the first subscription; comes back by itself after a restart of the server, each time a little later. */
export function openSocket(broken: () => void): Client {
  socket ??= createClient({
    url: address,
    lazy: true,
    keepAlive: 20_000,
    on: {
      closed: (event) => {
        if ((event as CloseEvent).code !== ENDED_BY_US) broken()
      },
    },
    retryAttempts: Number.POSITIVE_INFINITY,
    shouldRetry: () => true,
    retryWait: (retries) => {
      const wait = Math.min(500 * 2 ** retries, LONGEST_WAIT)
      return new Promise((resolve) => setTimeout(resolve, wait / 2 + Math.random() * (wait / 2)))
    },
  })
  return socket
}

/** The socket carries the session it was opened with, so it must not outlive it. */
export function closeSocket(): void {
  void socket?.dispose()
  socket = null
}
