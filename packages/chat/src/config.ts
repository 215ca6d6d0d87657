/**
 * Every setting of the chat server, once: its name, type, default and help. The flags of `partyline serve`, the
 * `PARTYLINE_*` environment and docs/cli.md all come out of this table.
 */

/** One setting. The flag is `--NAME`, its environment twin `PARTYLINE_NAME` with `_` for `-`. */
export interface Setting {
  readonly name: string
  /** `hosts` may be given several times or with commas; `switch` takes no value. */
  readonly type: 'hosts' | 'port' | 'text' | 'switch'
  /** What stands for the value in the help, like `PORT`. */
  readonly placeholder?: string
  /** The default, as a person would type it. */
  readonly default: string
  readonly help: string
}

export const SETTINGS: readonly Setting[] = [
  {
    name: 'host',
    type: 'hosts',
    placeholder: 'ADDRESS',
    default: '127.0.0.1,::1',
    help: 'the addresses to listen on; 0.0.0.0 or :: opens the chat to the network',
  },
  {
    name: 'text-port',
    type: 'port',
    placeholder: 'PORT',
    default: '5000',
    help: 'the port of the text door (telnet, nc); 0 picks a free one',
  },
  {
    name: 'name',
    type: 'text',
    placeholder: 'NAME',
    default: 'Partyline',
    help: 'what the chat is called: the banner says "Welcome to NAME"',
  },
  {
    name: 'no-console',
    type: 'switch',
    default: 'off',
    help: 'do not read commands for the operator from standard input',
  },
]

/** The settings as values. */
export interface ServerConfig {
  /** Numeric addresses or names. All of them get the same port. */
  readonly hosts: readonly string[]
  /** 0 to 65535; 0 = a free one. */
  readonly textPort: number
  readonly name: string
}

export const DEFAULT_CONFIG: ServerConfig = { hosts: ['127.0.0.1', '::1'], textPort: 5000, name: 'Partyline' }
