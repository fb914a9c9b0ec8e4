const MAX_HOST = 253;
const LABEL = /^(?!-)[a-z0-9-]{1,63}(?<!-)$/;
/** A label of letters: what is left after this cannot be the end of an address. */
const TOP = /^(?:[a-z]{2,63}|xn--[a-z0-9-]{2,59})$/;

/** Names that no public app has (RFC 6761, RFC 8375, ICANN's `internal`, and what companies use inside). */
const PRIVATE_TOPS = new Set(['arpa', 'corp', 'home', 'internal', 'invalid', 'lan', 'local', 'localhost', 'onion']);

/** Second labels under which countries register, as `co` in `co.uk`. Only below a country's two letters. */
const COUNTRY_SECONDS = new Set('ac co com edu gen go gob gov gv ltd me mil ne net nom or org plc sch'.split(' '));

/** Under these, each name belongs to another customer. From the private part of publicsuffix.org, the common ones. */
const SHARED_HOSTS = [
  'amazonaws.com',
  'appspot.com',
  'azurewebsites.net',
  'cloudfront.net',
  'firebaseapp.com',
  'fly.dev',
  'github.io',
  'gitlab.io',
  'herokuapp.com',
  'netlify.app',
  'onrender.com',
  'pages.dev',
  'run.app',
  'vercel.app',
  'web.app',
  'workers.dev',
];

/** Okta itself: where it is named as audience or address, nothing is said of the app. */
const PROVIDERS = ['okta.com', 'okta-emea.com', 'okta-gov.com', 'oktapreview.com', 'oktacdn.com', 'trex-govcloud.com'];

/**
 * The registrable domain of an address (`https://app.figma.com/callback`) or a bare host; international names in their
 * ASCII form. Null for anything else: other schemes, IP addresses, single labels, private names, Okta's own.
 */
export function domainOf(text: string): string | null {
  const host = hostOf(text);
  if (host === null || host.length > MAX_HOST) return null;
  const labels = host.split('.');
  const top = labels.at(-1) ?? '';
  if (labels.length < 2 || !TOP.test(top) || PRIVATE_TOPS.has(top) || !labels.every((label) => LABEL.test(label))) {
    return null;
  }
  const domain = labels.slice(-labelsOf(host, labels)).join('.');
  return domain === host && isSuffix(labels) ? null : PROVIDERS.includes(domain) ? null : domain;
}

/** Labels that make the registrable domain of this host. */
function labelsOf(host: string, labels: string[]): number {
  if (SHARED_HOSTS.some((shared) => host.endsWith(`.${shared}`))) return 3;
  return isSuffix(labels.slice(-2)) ? 3 : 2;
}

/** `co.uk`, `github.io`: nobody's own name. */
function isSuffix(labels: string[]): boolean {
  const [second = '', top = ''] = labels;
  if (labels.length !== 2) return false;
  return (top.length === 2 && COUNTRY_SECONDS.has(second)) || SHARED_HOSTS.includes(labels.join('.'));
}

function hostOf(text: string): string | null {
  const trimmed = text.trim();
  if (trimmed === '' || trimmed.length > 2_000 || /\s/.test(trimmed)) return null;
  const hasScheme = /^[a-z][a-z0-9+.-]*:/i.test(trimmed) && !/^[^/]+:\d+(?:\/|$)/.test(trimmed);
  if (!hasScheme && (trimmed.includes('@') || !trimmed.includes('.'))) return null;
  let url: URL;
  try {
    url = new URL(hasScheme ? trimmed : `https://${trimmed}`);
  } catch {
    return null;
  }
  if (url.protocol !== 'https:' && url.protocol !== 'http:') return null;
  // an IPv6 address stands in brackets, an IPv4 one ends in a number: neither passes the test of labels
  return url.hostname.toLowerCase().replace(/\.$/, '');
}
