/**
 * The constants of the tutorials. The numbers are Linux's, so that they look right when they are printed; nothing
 * but this module gives them a meaning.
 */

/** Internet addresses, `[host, port]`. */
export const AF_INET = 2
/** Internet addresses of version 6, `[host, port]` too; a zone stands in the host, as in `fe80::1%eth0`. */
export const AF_INET6 = 10
/** Sockets of this machine only, whose address is a path. */
export const AF_UNIX = 1
/** Any family, for `getaddrinfo`. */
export const AF_UNSPEC = 0

/** A stream of bytes: TCP, or a Unix-domain stream. */
export const SOCK_STREAM = 1
/** Datagrams: UDP. */
export const SOCK_DGRAM = 2

/** The usual protocol of the type. */
export const IPPROTO_IP = 0
/** TCP, and the level of its options. */
export const IPPROTO_TCP = 6
/** UDP. */
export const IPPROTO_UDP = 17
/** The level of IPv6's options. */
export const IPPROTO_IPV6 = 41

/** The level of the options that begin with `SO_`. */
export const SOL_SOCKET = 1
/** Bind an address that was in use a moment ago. For TCP always on here, as Node sets it on every listening socket. */
export const SO_REUSEADDR = 2
/** Share an address with other sockets that set it too. Before bind. */
export const SO_REUSEPORT = 15
/** Allow sending to broadcast addresses. Datagrams. */
export const SO_BROADCAST = 6
/** Ask a silent peer whether it is still there. Streams. */
export const SO_KEEPALIVE = 9
/** The system's receive buffer in bytes. Datagrams; Node has none for streams. */
export const SO_RCVBUF = 8
/** The system's send buffer in bytes. Datagrams; Node has none for streams. */
export const SO_SNDBUF = 7
/** The type of a socket, only to be read. */
export const SO_TYPE = 3
/** Send small segments at once. Off, as the system has it; streams over TCP. */
export const TCP_NODELAY = 1
/** With SO_KEEPALIVE: seconds of silence before the first question. 7200. */
export const TCP_KEEPIDLE = 4
/** With SO_KEEPALIVE: seconds between questions. 75. */
export const TCP_KEEPINTVL = 5
/** With SO_KEEPALIVE: unanswered questions before the connection fails. 9. */
export const TCP_KEEPCNT = 6
/** Do not receive IPv4 on an IPv6 socket. Before bind. */
export const IPV6_V6ONLY = 26

/** End receiving. */
export const SHUT_RD = 0
/** End sending: the peer receives everything and then the end. */
export const SHUT_WR = 1
/** End both. */
export const SHUT_RDWR = 2

/** For `getaddrinfo` without a host: addresses to bind, not to connect to. */
export const AI_PASSIVE = 1
/** For `getaddrinfo`: the host must be numeric, nobody is asked. */
export const AI_NUMERICHOST = 4

/** The largest backlog that systems honour without being told to. */
export const SOMAXCONN = 4096
