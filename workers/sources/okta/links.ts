/**
 * The address of `rel="next"` in a Link header, or null. Okta sends one header a link, which fetch joins with ", "; a
 * comma inside <> belongs to the address (RFC 8288 §3).
 */
export function nextLink(header: string | null): string | null {
  if (!header) return null;
  for (const [, address, parameters] of header.matchAll(/<([^>]*)>((?:\s*;\s*[^,;"]+(?:"[^"]*")?)*)/g)) {
    const rel = /;\s*rel\s*=\s*"?([^";,]+)"?/i.exec(parameters ?? '')?.[1];
    if (address && rel?.trim().toLowerCase().split(/\s+/).includes('next')) return address;
  }
  return null;
}

/** The next page of lists that page in their body (`/iam/*`, governance): `_links.next.href`. */
export function nextInBody(body: unknown): string | null {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) return null;
  const links = '_links' in body ? body._links : null;
  if (typeof links !== 'object' || links === null || !('next' in links)) return null;
  const next = links.next;
  if (typeof next !== 'object' || next === null || !('href' in next)) return null;
  return typeof next.href === 'string' && next.href !== '' ? next.href : null;
}
