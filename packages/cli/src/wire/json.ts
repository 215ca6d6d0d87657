/** Wire events as objects for programs. Their names and keys are promised in docs/wire.md. */
import { isUtf8 } from 'node:buffer'
import type { WireEvent } from './events.ts'

/**
 * One event as an object: `event` and `time` (seconds), then what belongs to that event. Bytes are whole, as `text`
 * where they are UTF-8 and else as `base64`.
 */
export function wireObject({ at, news }: WireEvent): Record<string, unknown> {
  const { kind, ...facts } = news
  const { data, totals, isTold: _, isAccepted: __, ms, ...others }: Loose = facts
  return {
    event: kind,
    time: thousandths(at / 1000),
    ...others,
    ...(ms === undefined ? {} : { ms: thousandths(ms) }),
    ...totals,
    ...(data === undefined ? {} : content(data)),
  }
}

/** What some events have and others do not. */
interface Loose {
  readonly [fact: string]: unknown
  readonly data?: Uint8Array
  readonly totals?: object | undefined
  readonly ms?: number
  readonly isTold?: boolean
  readonly isAccepted?: boolean
}

function content(data: Uint8Array): Record<string, unknown> {
  const bytes = Buffer.from(data.buffer, data.byteOffset, data.byteLength)
  return isUtf8(bytes)
    ? { bytes: data.length, text: bytes.toString() }
    : { bytes: data.length, base64: bytes.toString('base64') }
}

function thousandths(n: number): number {
  return Math.round(n * 1000) / 1000
}
