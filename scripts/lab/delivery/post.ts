/** How one attempt to deliver ended. */
export interface Attempt {
  /** Null when there was no answer in time. */
  status: number | null;
  ok: boolean;
  retriable: boolean;
  reason: string | null;
}

/** Posts JSON once. Redirects are not followed, as Okta does not follow them. */
export async function postJson(
  url: string,
  headers: Record<string, string>,
  body: string,
  timeoutMs: number,
): Promise<Attempt> {
  // a timer that is held here: one inside a signal may be collected before it fires, and the delivery never ends
  const abort = new AbortController();
  const timer = setTimeout(() => abort.abort(new DOMException('timed out', 'TimeoutError')), timeoutMs);
  try {
    const response = await fetch(url, {
      method: 'POST',
      headers: { accept: 'application/json', 'content-type': 'application/json', ...headers },
      body,
      redirect: 'manual',
      signal: abort.signal,
    });
    await response.arrayBuffer();
    const { status } = response;
    const reason = response.ok ? null : `the receiver answered ${status}`;
    return { status, ok: response.ok, retriable: status >= 500, reason };
  } catch (error) {
    const timedOut = error instanceof Error && error.name === 'TimeoutError';
    return { status: null, ok: false, retriable: true, reason: timedOut ? 'timed out' : 'could not connect' };
  } finally {
    clearTimeout(timer);
  }
}
