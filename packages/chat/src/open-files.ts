/** How many files and sockets this process may have open. */

/** The soft limit; undefined where the system has none or does not say. */
export function openFilesLimit(): number | undefined {
  if (process.platform === 'win32') return undefined
  const report: unknown = process.report.getReport()
  return softLimit(report)
}

function softLimit(report: unknown): number | undefined {
  let value: unknown = report
  for (const key of ['userLimits', 'open_files', 'soft']) {
    if (typeof value !== 'object' || value === null) return undefined
    value = Object.getOwnPropertyDescriptor(value, key)?.value
  }
  const limit = Number(value) // a number, or "unlimited"
  return Number.isSafeInteger(limit) ? limit : undefined
}
