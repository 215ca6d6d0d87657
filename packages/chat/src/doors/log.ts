/** How the parts of the server tell their operator what happens: one line at a time, never what people write. */
export type LogLevel = 'debug' | 'info' | 'warn' | 'error'

/** One line without its ending. Default level: `info`. */
export type Log = (line: string, level?: LogLevel) => void
