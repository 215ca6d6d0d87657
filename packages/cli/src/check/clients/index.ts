/** The exercises that are checked against somebody's client. The shorter ones are scripts, and stand here. */
import type { ClientPeer, Exercise } from '../point.ts'
import { chat } from './chat.ts'
import { http } from './http.ts'
import { type Script, scriptPoints } from './script.ts'
import { udpEcho } from './udp-echo.ts'

const hello: Script = {
  keys: 'hi back atcha\n',
  greeting: 'hello\n',
  request: {
    pattern: /[\s\S]/,
    words: 'something to be sent back',
    why: 'The server waits for one receive: a client that says nothing gets nothing.',
    example: '04-hello',
  },
  answer: (request) => (request === '' ? 'nothing came\n' : request),
  mayAdd: false,
}

const echo: Script = {
  keys: 'grüß dich\n',
  request: {
    pattern: /[\s\S]/,
    words: 'something to be sent back',
    why: 'An echo needs something to send back.',
    example: '06-echo',
  },
  answer: (request) => (request === '' ? 'nothing came\n' : request),
  mayAdd: false,
}

const greeter: Script = {
  keys: 'Ann\n',
  request: {
    pattern: /\S/,
    words: 'a name',
    why: 'The server cannot greet somebody who has no name.',
    example: '10-greeter',
  },
  answer: (name) => `Hi ${name.trim() || 'nobody'}\n`,
}

const login: Script = {
  keys: 'admin\n12345\n',
  request: {
    pattern: /\S/,
    words: 'a user name and a password',
    why: 'The server waits for both before it answers.',
    example: '11-login',
  },
  answer: (lines) => `hello ${lines.trim().split('\n')[0] || 'nobody'}, welcome to the server\n`,
}

const commands: Script = {
  keys: 'T\n',
  request: {
    pattern: /^[RrTLE](?:\r?\n|$)/,
    words: 'R, T, L or E',
    why: 'These are the four commands; anything else is a wrong option.',
    example: '12-commands',
  },
  answer: (request) =>
    /^[rR]/.test(request) ? '7\n' : request.startsWith('L') ? 'Python 3.13\n' : '2026-11-20 16:04:32\n',
}

export const CLIENT_EXERCISES: readonly Exercise<ClientPeer>[] = [
  { name: 'hello', transport: 'tcp', port: 8000, points: scriptPoints(hello) },
  { name: 'echo', transport: 'tcp', port: 50_000, points: scriptPoints(echo) },
  { name: 'greeter', transport: 'tcp', port: 8001, points: scriptPoints(greeter) },
  { name: 'login', transport: 'tcp', port: 8002, points: scriptPoints(login) },
  { name: 'commands', transport: 'tcp', port: 8003, points: scriptPoints(commands) },
  udpEcho,
  chat,
  http,
]
