/**
 * Passwords as they are stored: argon2id (RFC 9106) in a PHC string, like `$argon2id$v=19$m=19456,t=2,p=1$salt$hash`
 * with base64 without padding. One hash takes about 20 MB of memory and some ten milliseconds of one of the four
 * threads that files and name look-ups need too: whoever calls this for strangers limits how many run at once.
 */
// argon2 by way of the whole module: an older Node.js without it still runs everything else.
import crypto, { randomBytes, timingSafeEqual } from 'node:crypto'

/** What new hashes cost: OWASP's minimum for argon2id. */
export const PASSWORD_COST = {
  /** KiB. */
  memory: 19_456,
  passes: 2,
  lanes: 1,
  saltBytes: 16,
  hashBytes: 32,
} as const

/** What a stored hash may ask for at the most: a file from elsewhere must not take all memory. */
export const PASSWORD_COST_LIMITS = { memory: 262_144, passes: 16, lanes: 16, bytes: 64 } as const

/** A stored hash, read. */
interface PasswordHash {
  readonly memory: number
  readonly passes: number
  readonly lanes: number
  readonly salt: Buffer
  readonly hash: Buffer
}

/** Hashes a password for storing, with a salt of its own: twice the same password gives two strings. */
export async function hashPassword(password: string): Promise<string> {
  const { memory, passes, lanes, saltBytes, hashBytes } = PASSWORD_COST
  const salt = randomBytes(saltBytes)
  const hash = await derive(password, { memory, passes, lanes, salt }, hashBytes)
  return `$argon2id$v=19$m=${memory},t=${passes},p=${lanes}$${unpadded(salt)}$${unpadded(hash)}`
}

/**
 * Whether this is the password of that stored hash, at the cost that the hash asks for. For a string that is no
 * such hash, or that asks for too much, it is false and takes the time of a new hash: what was asked for does not
 * show. Compares in constant time.
 */
export async function verifyPassword(password: string, stored: string): Promise<boolean> {
  const wanted = parseHash(stored)
  const against = wanted ?? NOBODY
  const hash = await derive(password, against, against.hash.length)
  return timingSafeEqual(hash, against.hash) && wanted !== undefined
}

/** Whether `verifyPassword` can read this. */
export function isPasswordHash(stored: string): boolean {
  return parseHash(stored) !== undefined
}

/** A stored hash of nobody's password, for a name that does not exist: verifying it takes as long as any other. */
export const NOBODYS_PASSWORD = ''

const NOBODY: PasswordHash = {
  memory: PASSWORD_COST.memory,
  passes: PASSWORD_COST.passes,
  lanes: PASSWORD_COST.lanes,
  salt: Buffer.alloc(PASSWORD_COST.saltBytes),
  hash: Buffer.alloc(PASSWORD_COST.hashBytes),
}

const PHC =
  /^\$argon2id\$v=19\$m=(\d{1,9}),t=(\d{1,9}),p=(\d{1,9})\$([A-Za-z0-9+/]{11,86})\$([A-Za-z0-9+/]{16,86})$/

function parseHash(stored: string): PasswordHash | undefined {
  const [, memory, passes, lanes, salt = '', hash = ''] = PHC.exec(stored) ?? []
  const read = {
    memory: Number(memory),
    passes: Number(passes),
    lanes: Number(lanes),
    salt: Buffer.from(salt, 'base64'),
    hash: Buffer.from(hash, 'base64'),
  }
  return isWithinLimits(read) ? read : undefined
}

// The lower bounds are RFC 9106's own (section 3.1), and of salt and hash what is no longer worth its name.
function isWithinLimits({ memory, passes, lanes, salt, hash }: PasswordHash): boolean {
  const most = PASSWORD_COST_LIMITS
  return (
    isFrom(1, lanes, most.lanes) &&
    isFrom(8 * lanes, memory, most.memory) &&
    isFrom(1, passes, most.passes) &&
    isFrom(8, salt.length, most.bytes) &&
    isFrom(12, hash.length, most.bytes)
  )
}

function isFrom(least: number, value: number, most: number): boolean {
  return value >= least && value <= most
}

// The same word is not the same bytes on every system: an accent may be a character of its own (RFC 8265 section
// 4.2.2 asks for NFC).
function derive(
  password: string,
  { memory, passes, lanes: parallelism, salt: nonce }: Omit<PasswordHash, 'hash'>,
  tagLength: number,
): Promise<Buffer> {
  const message = Buffer.from(password.normalize('NFC'))
  return new Promise((resolve, reject) => {
    crypto.argon2('argon2id', { message, nonce, parallelism, tagLength, memory, passes }, (error, hash) => {
      if (error === null) resolve(hash)
      else reject(error)
    })
  })
}

function unpadded(bytes: Buffer): string {
  return bytes.toString('base64').replaceAll('=', '')
}
