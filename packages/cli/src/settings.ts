/**
 * The settings of the chat server as a command gets them: from its flags, the environment, `partyline.toml` and the
 * defaults, in this order.
 */
import {
  ConfigFileError,
  type FileSetting,
  KEEP_NOTHING,
  readConfigFile,
  SETTINGS,
  type ServerConfig,
} from '@partyline/chat'
import { CommandError } from './failure.ts'
import { environmentName, type Flag, type FlagValues } from './flags.ts'

/** The file that is looked for in the current folder when none is named. */
export const CONFIG_FILE = 'partyline.toml'

const CONFIG: Flag = {
  name: 'config',
  type: 'path',
  placeholder: 'FILE',
  environment: environmentName('config'),
  help: `the file of settings; otherwise ${CONFIG_FILE} in the current folder, if there is one`,
}

const FLAGS: ReadonlyMap<string, Flag> = new Map(
  SETTINGS.map((setting) => [
    setting.name,
    {
      ...setting,
      aliases: setting.name === 'text-port' ? ['port'] : [],
      environment: environmentName(setting.name),
    },
  ]),
)

/** A flag for each setting, and the one that names the file. */
export const SETTING_FLAGS: readonly Flag[] = [...FLAGS.values(), CONFIG]

export interface Settings {
  readonly values: FlagValues
  /** What the file says, by the setting's name; also where something else wins. */
  readonly file: ReadonlyMap<string, FileSetting>
  /** The file that was read. */
  readonly path: string | undefined
}

/** Puts the file below what was given. Throws a CommandError with exit code 2 for a file that is wrong. */
export async function readSettings(given: FlagValues): Promise<Settings> {
  const path = given.path('config') ?? CONFIG_FILE
  const file = await read(path)
  if (file === undefined && given.isGiven('config')) {
    throw new CommandError(2, `there is no file ${path}.`, [], undefined, { file: path })
  }
  const texts = [...(file ?? [])].flatMap(([name, { texts: all, quoted }]) => {
    const flag = FLAGS.get(name)
    return flag === undefined ? [] : [[flag, all.map((raw) => ({ raw, quoted }))] as const]
  })
  const values = given.withFile(new Map(texts))
  return { values, file: file ?? new Map(), path: file === undefined ? undefined : path }
}

async function read(path: string): Promise<ReadonlyMap<string, FileSetting> | undefined> {
  try {
    return await readConfigFile(path)
  } catch (error) {
    if (!(error instanceof ConfigFileError)) throw error
    const hint = 'What can stand in it:  partyline config --help'
    throw new CommandError(2, error.message, [hint], error, { file: path })
  }
}

/** What the server itself is told. Throws a CommandError for settings that contradict each other. */
export function serverConfig(values: FlagValues): ServerConfig {
  const textPort = values.port('text-port')
  const webPort = values.isGiven('web-port') ? values.port('web-port') : undefined
  if (webPort === textPort && webPort !== 0) {
    throw new CommandError(2, `text-port and web-port are both ${textPort}: give one of them another.`)
  }
  const data = values.path('data')
  return {
    hosts: values.hosts('host'),
    textPort,
    webPort,
    name: values.text('name') ?? '',
    data: data === KEEP_NOTHING ? undefined : data,
    synchronous: values.text('synchronous') === 'normal' ? 'normal' : 'full',
    keepDays: values.integer('keep-days'),
    rateLimit: values.isOn('rate-limit'),
    maxConnections: values.integer('max-connections'),
    commitWindow: values.integer('commit-window'),
  }
}
