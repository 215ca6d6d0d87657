/**
 * Every setting of the chat server, once: its name, type, default and help. The flags of `partyline serve`, the
 * `PARTYLINE_*` environment, the keys of `partyline.toml`, docs/cli.md and docs/running.md all come out of this table.
 */

/**
 * One setting. The flag is `--NAME`, its environment twin `PARTYLINE_NAME` with `_` for `-`, its key in the file
 * `NAME`.
 */
export interface Setting {
  readonly name: string
  /**
   * `hosts` may be given several times or with commas, `path` names a folder, `one-of` is one of `choices`, `on-off`
   * says so in a word, `switch` takes no value.
   */
  readonly type: 'hosts' | 'port' | 'text' | 'path' | 'integer' | 'one-of' | 'on-off' | 'switch'
  /** What stands for the value in the help, like `PORT`. */
  readonly placeholder?: string
  /** The default, as a person would type it. Undefined: off unless given. */
  readonly default?: string
  /** What a `one-of` may be. */
  readonly choices?: readonly string[]
  /** The smallest and the largest value of an `integer`. */
  readonly least?: number
  readonly most?: number
  readonly help: string
}

/** How safely the history is written: what the disk must have confirmed before people see a message. */
export type Synchronous = 'full' | 'normal'

/** In place of a folder: nothing is kept. */
export const KEEP_NOTHING = ':memory:'

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
    name: 'web-port',
    type: 'port',
    placeholder: 'PORT',
    help: 'the port of /healthz and /metrics, for programs on this machine; closed unless given; 0 picks a free one',
  },
  {
    name: 'name',
    type: 'text',
    placeholder: 'NAME',
    default: 'Partyline',
    help: 'what the chat is called: the banner says "Welcome to NAME"',
  },
  {
    name: 'data',
    type: 'path',
    placeholder: 'DIR',
    default: './partyline-data',
    help: `the folder of the history, made for its owner only; ${KEEP_NOTHING} keeps nothing`,
  },
  {
    name: 'synchronous',
    type: 'one-of',
    choices: ['full', 'normal'],
    placeholder: 'full|normal',
    default: 'full',
    help: 'full: what people saw survives a power cut; normal: the last of it may not, and the disk has less to do',
  },
  {
    name: 'keep-days',
    type: 'integer',
    placeholder: 'DAYS',
    default: '0',
    most: 36_500,
    help: 'what is older is forgotten; 0 keeps everything',
  },
  {
    name: 'rate-limit',
    type: 'on-off',
    placeholder: 'on|off',
    default: 'on',
    help: 'whether who talks too fast is slowed; nothing is lost either way',
  },
  {
    name: 'max-connections',
    type: 'integer',
    placeholder: 'N',
    default: '10000',
    least: 1,
    most: 1_000_000,
    help: 'connections in all; fewer where the system allows fewer open files',
  },
  {
    name: 'commit-window',
    type: 'integer',
    placeholder: 'MS',
    default: '10',
    most: 1000,
    help: 'what is said within so many milliseconds of the last commit is kept and sent together; 0: each turn',
  },
  {
    name: 'log',
    type: 'one-of',
    choices: ['debug', 'info', 'warn', 'error', 'silent'],
    placeholder: 'LEVEL',
    default: 'info',
    help: 'what is logged on standard error: debug, info, warn, error or silent; never what people write',
  },
  {
    name: 'log-format',
    type: 'one-of',
    choices: ['auto', 'human', 'json'],
    placeholder: 'FORMAT',
    default: 'auto',
    help: 'human, json (an object a line), or auto: human at a terminal, else json',
  },
  {
    name: 'no-console',
    type: 'switch',
    default: 'off',
    help: 'do not read commands for the operator from standard input',
  },
]

/** The settings of the server itself as values. What is not given has the default of the table. */
export interface ServerConfig {
  /** Numeric addresses or names. All of them get the same port. */
  readonly hosts: readonly string[]
  /** 0 to 65535; 0 = a free one. */
  readonly textPort: number
  readonly name: string
  /** Undefined: no /healthz and no /metrics. 0 = a free one. */
  readonly webPort?: number | undefined
  /** The folder of the history. Default: none, nothing is kept, as with `:memory:`. */
  readonly data?: string | undefined
  /** Default `full`. */
  readonly synchronous?: Synchronous | undefined
  /** 0, the default, keeps everything. */
  readonly keepDays?: number | undefined
  /** False: nobody is slowed. Default true. */
  readonly rateLimit?: boolean | undefined
  /** Connections in all, if the system allows so many open files. Default 10,000. */
  readonly maxConnections?: number | undefined
  /** Milliseconds of pace between commits under load. Default 10; 0 = every turn. */
  readonly commitWindow?: number | undefined
}

export const DEFAULT_CONFIG: ServerConfig = { hosts: ['127.0.0.1', '::1'], textPort: 5000, name: 'Partyline' }
