/** Whose certificate a client believes: the flags for it, the same in every command, and what they mean. */
import { readFileSync } from 'node:fs'
import type { TlsOptions } from '@partyline/sockets'
import { CommandError } from './failure.ts'
import type { Flag, FlagValues } from './flags.ts'

export const TRUST_FLAGS: readonly Flag[] = [
  {
    name: 'ca',
    type: 'path',
    placeholder: 'FILE',
    help: "trust these authorities (PEM) instead of the system's",
  },
  {
    name: 'servername',
    type: 'text',
    placeholder: 'NAME',
    help: 'the name that the certificate must have; otherwise the host',
  },
  { name: 'insecure', type: 'switch', help: 'take any certificate: nobody knows then who it is' },
]

/** For a client's connection. Throws a CommandError with exit code 2 for a `--ca` that cannot be read. */
export function trustOf(values: FlagValues): TlsOptions {
  const ca = values.path('ca')
  const servername = values.text('servername')
  return {
    ...(ca === undefined ? {} : { ca: readAuthorities(ca) }),
    ...(servername === undefined ? {} : { servername }),
    rejectUnauthorized: !values.isOn('insecure'),
  }
}

function readAuthorities(path: string): Buffer {
  try {
    return readFileSync(path)
  } catch (error) {
    const why = error instanceof Error && 'code' in error ? String(error.code) : String(error)
    throw new CommandError(2, `cannot read --ca ${path} (${why}).`, [], error)
  }
}
