/** The exercises that are checked against somebody's server. */
import type { Exercise, ServerPeer } from '../point.ts'
import { chat } from './chat.ts'
import { commands } from './commands.ts'
import { echo } from './echo.ts'
import { greeter } from './greeter.ts'
import { hello } from './hello.ts'
import { login } from './login.ts'
import { udpEcho } from './udp-echo.ts'
import { udpLog } from './udp-log.ts'

export const SERVER_EXERCISES: readonly Exercise<ServerPeer>[] = [
  hello,
  echo,
  greeter,
  login,
  commands,
  udpEcho,
  udpLog,
  chat,
]
