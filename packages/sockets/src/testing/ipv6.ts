/** Whether this machine has IPv6: containers often have none. */
import { networkInterfaces } from 'node:os'

const HAS_IPV6 = Object.values(networkInterfaces()).some((own) =>
  own?.some(({ address }) => address === '::1'),
)

/** For tests that need it: they say so where it is not there. */
export const onIpv6: { skip?: string } = HAS_IPV6 ? {} : { skip: 'this machine has no IPv6' }
