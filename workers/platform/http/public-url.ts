/**
 * Which addresses Postern may call. Names that resolve to private addresses are not a way in on Cloudflare (a Worker
 * has no private network to reach), so literals and well-known internal names are what must be refused here.
 */

/** Suffixes that never name a public host (RFC 6761, RFC 6762, RFC 8375, ICANN's `internal`, and common habits). */
const INTERNAL_SUFFIXES = [
  'localhost',
  'local',
  'internal',
  'intranet',
  'private',
  'corp',
  'lan',
  'home',
  'home.arpa',
  'onion',
];

/** Blocks of the IANA special-purpose registry, as [first address, prefix length]. */
const SPECIAL_IPV4: readonly [string, number][] = [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 4],
  ['240.0.0.0', 4],
];

const IPV4 = /^\d{1,3}(\.\d{1,3}){3}$/;

/** Why `url` may not be called, or null when it may. `loopback` allows http to this very machine (development). */
export function urlProblem(url: URL, options: { loopback: boolean }): string | null {
  if (url.username || url.password) return 'the address must not carry a user name or password';
  const host = url.hostname.toLowerCase().replace(/\.$/, '');
  const isHttp = url.protocol === 'http:' || url.protocol === 'https:';
  if (options.loopback && isHttp && isLoopback(host)) return null;
  if (url.protocol !== 'https:') return 'only https addresses are called';
  if (host.startsWith('[')) return isPublicIpv6(host.slice(1, -1)) ? null : 'the address is not a public one';
  if (IPV4.test(host)) return isPublicIpv4(host) ? null : 'the address is not a public one';
  if (!host.includes('.') || INTERNAL_SUFFIXES.some((suffix) => host === suffix || host.endsWith(`.${suffix}`))) {
    return 'the host is not a public name';
  }
  return null;
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '[::1]' || (IPV4.test(host) && host.startsWith('127.'));
}

function isPublicIpv4(host: string): boolean {
  const address = ipv4Number(host);
  return !SPECIAL_IPV4.some(([first, bits]) => {
    const size = 2 ** (32 - bits);
    const start = ipv4Number(first);
    return address >= start && address < start + size;
  });
}

function ipv4Number(host: string): number {
  return host.split('.').reduce((sum, part) => sum * 256 + Number(part), 0);
}

/**
 * Global unicast (2000::/3) without what tunnels to another address: Teredo and other 2001::/23, documentation
 * (2001:db8::/32, 3fff::/20) and 6to4 (2002::/16). Mapped, NAT64, unique-local and link-local lie outside 2000::/3.
 */
function isPublicIpv6(host: string): boolean {
  const first = Number.parseInt(host.split(':')[0] || '0', 16);
  const second = Number.parseInt(host.split(':')[1] || '0', 16);
  if (first < 0x2000 || first > 0x3fff) return false;
  if (first === 0x2001 && (second < 0x0200 || second === 0x0db8)) return false;
  return first !== 0x2002 && !(first === 0x3fff && second < 0x1000);
}
