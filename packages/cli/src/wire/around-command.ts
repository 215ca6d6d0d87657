/** Starts the wire views that a command line asks for, and stops them however the command ends. */
import type { Command } from '../commands.ts'
import type { FlagValues } from '../flags.ts'
import type { Io } from '../io.ts'
import { WIRE_FLAG } from '../socket-flags.ts'
import type { ViewOptions } from './view.ts'

/** Does `task` with the views of `--wire` and `--json`, for a command that has them. */
export async function withWire<Result>(
  command: Pick<Command, 'flags' | 'json'>,
  values: FlagValues,
  io: Io,
  task: () => Promise<Result>,
): Promise<Result> {
  const wanted = command.flags.includes(WIRE_FLAG) ? viewsOf(command, values, io) : []
  if (wanted.length === 0) return task()
  const { startWire } = await import('./view.ts') // most command lines do not need it
  const wire = await startWire(wanted)
  try {
    return await wire.run(() => task())
  } finally {
    await wire.stop()
  }
}

function viewsOf({ json }: Pick<Command, 'json'>, values: FlagValues, io: Io): ViewOptions[] {
  const isJson = values.has('json') && values.isOn('json')
  const color = values.has('color') ? values.choice('color') : undefined
  const views: ViewOptions[] = []
  if (isJson && json === 'events') views.push({ io, form: 'json', to: 'stdout' })
  const file = values.path('wire')
  // Objects on standard output are the view already; a file is one more.
  if (values.isOn('wire') && (file !== undefined || views.length === 0))
    views.push({ io, file, form: isJson ? 'json' : 'text', to: 'stderr', color })
  return views
}
