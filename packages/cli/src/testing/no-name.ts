/** For tests of a name that has no address, whatever the resolver of the machine does. */

/**
 * A name that no resolver is asked for, since its first label is longer than the 63 bytes there may be (RFC 1035,
 * section 2.3.4): a machine whose name server is silent, or has an answer for everything, tells the same as others.
 */
export const NO_NAME: string = `${'x'.repeat(64)}.invalid`
