/** An error as Okta words it. */
export function oktaError(status: number, code: string, headers: Record<string, string> = {}): Response {
  const body = { errorCode: code, errorSummary: `fake ${code}`, errorLink: code, errorId: 'oae1', errorCauses: [] };
  return Response.json(body, { status, headers });
}

/** One page of rows, written as `body` says, with the links Okta sends: `next` only where there is more. */
export function paged<T>(
  url: URL,
  rows: readonly T[],
  pageSize: number,
  body: (row: T) => unknown = (row) => row,
): Response {
  const from = Number(atob(url.searchParams.get('after') ?? '') || 0);
  const page = rows.slice(from, from + pageSize).map(body);
  const link = [`<${url.href}>; rel="self"`];
  if (from + pageSize < rows.length) {
    const next = new URL(url);
    next.searchParams.set('after', btoa(String(from + pageSize)));
    link.push(`<${next.href}>; rel="next"`);
  }
  return Response.json(page, { headers: { link: link.join(', ') } });
}
