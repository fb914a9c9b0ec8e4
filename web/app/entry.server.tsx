import type { EntryContext, HandleErrorFunction } from '@remix-run/cloudflare';
import { RemixServer } from '@remix-run/react';
import { isbot } from 'isbot';
import { renderToReadableStream } from 'react-dom/server';
import { secureHeaders } from './server/headers.server';
import { NonceProvider } from './shell/nonce';

/** Renders a page, or its error page, with a fresh nonce. */
export default async function handleRequest(
  request: Request,
  status: number,
  headers: Headers,
  remixContext: EntryContext,
) {
  const nonce = btoa(String.fromCharCode(...crypto.getRandomValues(new Uint8Array(16))));
  let responseStatus = status;
  const body = await renderToReadableStream(
    <NonceProvider value={nonce}>
      <RemixServer context={remixContext} url={request.url} nonce={nonce} />
    </NonceProvider>,
    {
      nonce,
      signal: request.signal,
      onError(error: unknown) {
        if (request.signal.aborted) return;
        logError('console.render_failed', error);
        responseStatus = 500;
      },
    },
  );
  if (isbot(request.headers.get('user-agent') ?? '')) await body.allReady;

  headers.set('Content-Type', 'text/html; charset=utf-8');
  // lets the first page of a person who chose "auto" come in the right scheme
  headers.set('Accept-CH', 'Sec-CH-Prefers-Color-Scheme');
  headers.set('Critical-CH', 'Sec-CH-Prefers-Color-Scheme');
  headers.append('Vary', 'Sec-CH-Prefers-Color-Scheme');
  secureHeaders(headers, nonce);
  return new Response(body, { headers, status: responseStatus });
}

export const handleError: HandleErrorFunction = (error, { request }) => {
  if (!request.signal.aborted) logError('console.request_failed', error);
};

/** Name and message only: what is thrown here is the console's own, never an answer's content. */
function logError(event: string, error: unknown): void {
  const { name, message } = error instanceof Error ? error : { name: 'Unknown', message: '' };
  console.error(JSON.stringify({ level: 'error', event, name, message: message.slice(0, 500) }));
}
