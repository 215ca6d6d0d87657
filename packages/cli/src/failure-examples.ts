/**
 * One command line for each way to fail, with what it says: docs/cli.md shows them, and a test runs each against
 * the peer that it needs.
 */
import type { ExitCode } from './failure.ts'

export interface FailureExample {
  readonly code: ExitCode
  readonly command: string
  /** What is on the other side: nothing listens at 5999, and so on. The port in the command stands for that peer's. */
  readonly peer: 'closed' | 'taken' | 'missing-page' | 'silent-udp' | 'resetting' | 'self-signed' | 'talking'
  readonly port: number
  /** Sent to the command as soon as the peer has said something. */
  readonly signal?: 'SIGINT' | 'SIGTERM'
  /** Standard error, line by line. */
  readonly says: readonly string[]
}

export const FAILURE_EXAMPLES: readonly FailureExample[] = [
  {
    code: 1,
    command: 'partyline get --fail http://127.0.0.1:8000/missing',
    peer: 'missing-page',
    port: 8000,
    says: ['partyline: http://127.0.0.1:8000/missing: the server answers 404 Not Found.'],
  },
  {
    code: 2,
    command: 'partyline connect 127.0.0.1 99999',
    peer: 'closed',
    port: 5999,
    says: ['partyline: 99999 is not a port. Ports go from 1 to 65535.'],
  },
  {
    code: 2,
    command: 'partyline serve --prot 5001',
    peer: 'closed',
    port: 5999,
    says: ['partyline: unknown flag --prot. Did you mean --port?', '  partyline serve --help'],
  },
  {
    code: 3,
    command: 'partyline connect no-such-host.invalid 80',
    peer: 'closed',
    port: 5999,
    says: [
      'partyline: no address found for "no-such-host.invalid".',
      '  Check the spelling. To see what the resolver says:  partyline resolve no-such-host.invalid',
    ],
  },
  {
    code: 4,
    command: 'partyline connect 127.0.0.1 5999',
    peer: 'closed',
    port: 5999,
    says: [
      'partyline: nobody is listening on 127.0.0.1 port 5999 (connection refused).',
      '  The machine answered; the program is not running, or it uses another port.',
      '  Start one:  partyline listen 5999        See what listens here:  ss -ltnp',
    ],
  },
  {
    code: 5,
    command: 'echo hello | partyline connect -u -w 0.2 127.0.0.1 1234',
    peer: 'silent-udp',
    port: 1234,
    says: [
      'partyline: no answer from udp 127.0.0.1:1234.',
      '  UDP gives no proof of delivery: what was sent may be lost, or not be answered by design.',
      '  To wait longer:  -w SECONDS',
    ],
  },
  {
    code: 6,
    command: 'echo hello | partyline connect 127.0.0.1 8000',
    peer: 'resetting',
    port: 8000,
    says: ['partyline: 127.0.0.1:8000 reset the connection.', '  What was sent last may not have arrived.'],
  },
  {
    code: 7,
    command: 'partyline listen 5000',
    peer: 'taken',
    port: 5000,
    says: [
      'partyline: port 5000 is taken.',
      '  Use another:  partyline listen 5001',
      '  See who has it:  ss -ltnp',
    ],
  },
  {
    code: 8,
    command: 'partyline connect --tls 127.0.0.1 8443',
    peer: 'self-signed',
    port: 8443,
    says: [
      'partyline: the certificate of 127.0.0.1 port 8443 is not trusted (DEPTH_ZERO_SELF_SIGNED_CERT).',
      '  Name the authority that signed it:  --ca FILE    To go on without knowing who it is:  --insecure',
    ],
  },
  {
    code: 130,
    command: 'partyline connect -q 127.0.0.1 8000',
    peer: 'talking',
    port: 8000,
    signal: 'SIGINT',
    says: [],
  },
  {
    code: 143,
    command: 'partyline connect -q 127.0.0.1 8000',
    peer: 'talking',
    port: 8000,
    signal: 'SIGTERM',
    says: [],
  },
]
