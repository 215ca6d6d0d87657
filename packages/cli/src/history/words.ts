/** Numbers in sentences. */

/** `1 message`, `1,234 messages`. */
export function counted(count: number, one: string): string {
  return `${count.toLocaleString('en-US')} ${count === 1 ? one : `${one}s`}`
}

/** `512 bytes`, `1.5 MiB`. */
export function sized(bytes: number): string {
  if (bytes < 1024) return counted(bytes, 'byte')
  const power = Math.min(Math.floor(Math.log2(bytes) / 10), UNITS.length)
  return `${(bytes / 1024 ** power).toFixed(1)} ${UNITS[power - 1] ?? ''}`
}

const UNITS = ['KiB', 'MiB', 'GiB', 'TiB'] as const
