// Our own server as a child process: an empty directory, the demonstration data, the sample workbook, a free port.
import { spawn } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'

const COMMAND = fileURLToPath(new URL('../../.venv/bin/shebao', import.meta.url))
const READY_WITHIN_MS = 60_000

export const PASSWORDS = { admin: 'Shebao-demo-1', zhuanyuan: 'Shebao-demo-2', fenzhi: 'Shebao-demo-5' }

/** Starts the server and answers its address, ways to ask it, and how to stop it. */
export async function startShebao() {
  const directory = await mkdtemp(join(tmpdir(), 'shebao-federation-'))
  const port = await freePort()
  // Nothing is inherited that could point at a developer's own database, and a foreign .env is not in this directory.
  const env = { PATH: process.env.PATH, HOME: directory, LANG: 'C.UTF-8', VAR_DIR: directory, PORT: String(port), ENVIRONMENT: 'demo' }
  const options = { cwd: directory, env }
  const origin = `http://127.0.0.1:${port}`
  let child
  async function stop() {
    if (child && child.exitCode === null && child.signalCode === null) {
      const gone = new Promise((resolve) => child.once('exit', resolve))
      child.kill('SIGTERM')
      if ((await Promise.race([gone.then(() => true), pause(10_000, false, { ref: false })])) === false) {
        child.kill('SIGKILL')
        await gone
      }
    }
    await rm(directory, { recursive: true, force: true })
  }
  try {
    for (const step of ['migrate', 'seed', 'main-job']) await finished(step, options)
    child = spawn(COMMAND, ['serve'], { ...options, stdio: ['ignore', 'ignore', 'pipe'] })
    // Should a test file end without its `after`, the server does not outlive it.
    process.once('exit', () => child.kill('SIGKILL'))
    const said = collect(child.stderr)
    await ready(origin, child, said)
  } catch (error) {
    await stop()
    throw error
  }
  return { origin, url: `${origin}/graphql`, ask: (query, more) => ask(`${origin}/graphql`, query, more), signIn: (name) => signIn(origin, name), stop }
}

/** Posts a GraphQL request and answers the whole body. */
export async function ask(url, query, { variables, token } = {}) {
  const headers = { 'content-type': 'application/json', ...(token && { authorization: `Bearer ${token}` }) }
  const response = await fetch(url, { method: 'POST', headers, body: JSON.stringify({ query, variables }) })
  return response.json()
}

async function signIn(origin, username) {
  const query = `mutation ($username: String!, $password: String!) {
    signIn(username: $username, password: $password) { staff { username } problems { code } }
  }`
  const response = await fetch(`${origin}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query, variables: { username, password: PASSWORDS[username] } }),
  })
  const { data } = await response.json()
  if (data?.signIn?.staff?.username !== username) throw new Error(`${username} was not signed in: ${JSON.stringify(data)}`)
  // A program sends the session as a bearer token; only browsers keep it as a cookie.
  const cookie = response.headers.getSetCookie().find((line) => line.startsWith('shebao_session='))
  return cookie.slice('shebao_session='.length).split(';')[0]
}

async function freePort() {
  const probe = createServer()
  await new Promise((resolve, reject) => probe.once('error', reject).listen(0, '127.0.0.1', resolve))
  const { port } = probe.address()
  await new Promise((resolve) => probe.close(resolve))
  return port
}

function collect(stream) {
  const said = { text: '' }
  stream.setEncoding('utf8').on('data', (chunk) => (said.text = (said.text + chunk).slice(-4000)))
  return said
}

async function finished(step, options) {
  const child = spawn(COMMAND, [step], { ...options, stdio: ['ignore', 'ignore', 'pipe'] })
  const said = collect(child.stderr)
  const code = await new Promise((resolve, reject) => child.once('error', reject).once('close', resolve))
  if (code !== 0) throw new Error(`shebao ${step} ended with ${code}: ${said.text}`)
}

async function ready(origin, child, said) {
  const until = Date.now() + READY_WITHIN_MS
  while (Date.now() < until) {
    if (child.exitCode !== null) throw new Error(`shebao serve ended with ${child.exitCode}: ${said.text}`)
    const answer = await fetch(`${origin}/healthz`).catch(() => null)
    if (answer?.ok) return
    await pause(100)
  }
  throw new Error(`shebao serve is not ready after ${READY_WITHIN_MS} ms: ${said.text}`)
}
