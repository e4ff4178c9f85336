import { BlockList, isIPv6 } from 'node:net';

type Ranges = readonly (readonly [address: string, prefix: number])[];

/** Never a place to send to: link-local (where clouds keep their credentials), their other addresses, multicast. */
const forbidden: Ranges = [
  ['169.254.0.0', 16],
  ['fe80::', 10],
  ['64:ff9b::a9fe:0', 112],
  ['100.100.100.200', 32],
  ['fd00:ec2::254', 128],
  ['224.0.0.0', 4],
  ['ff00::', 8],
  ['255.255.255.255', 32],
];

/** Loopback, private and shared networks, and addresses that stand for this host. */
const internal: Ranges = [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['::', 128],
  ['::1', 128],
  ['fc00::', 7],
  ['64:ff9b::', 96],
  ['64:ff9b:1::', 48],
];

function blockList(ranges: Ranges): BlockList {
  const list = new BlockList();
  for (const [address, prefix] of ranges) list.addSubnet(address, prefix, familyOf(address));
  return list;
}

const forbiddenList = blockList(forbidden);
const internalList = blockList(internal);

/** What an address is: for everyone, inside private networks, or never to be sent to. IPv4 in IPv6 counts as IPv4. */
export function kindOfAddress(address: string): 'public' | 'private' | 'forbidden' {
  const family = familyOf(address);
  if (forbiddenList.check(address, family)) return 'forbidden';
  return internalList.check(address, family) ? 'private' : 'public';
}

function familyOf(address: string): 'ipv4' | 'ipv6' {
  return isIPv6(address) ? 'ipv6' : 'ipv4';
}
