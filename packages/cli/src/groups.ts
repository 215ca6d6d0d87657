/** The headings of the list of commands, in their order. */
export const GROUPS = {
  chat: 'Chat',
  sockets: 'Sockets',
  learning: 'Learning',
  other: 'Besides',
} as const

export type Group = keyof typeof GROUPS
