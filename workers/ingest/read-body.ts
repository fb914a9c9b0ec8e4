import { notJson, tooLarge } from './errors.ts';

/** Largest delivery taken, in bytes. Okta documents no maximum for an Event Hook delivery. */
export const MAX_DELIVERY_BYTES = 10_000_000;

/**
 * The request's JSON. Throws `ingest.too_large` as soon as more than `MAX_DELIVERY_BYTES` have come, whatever
 * Content-Length said, and `ingest.not_json`.
 */
export async function readJson(request: Request): Promise<unknown> {
  const declared = Number(request.headers.get('content-length') ?? Number.NaN);
  if (declared > MAX_DELIVERY_BYTES) throw tooLargeDelivery();
  const text = Number.isInteger(declared) ? await request.text() : await readCounted(request);
  if (Number.isInteger(declared) && text.length > MAX_DELIVERY_BYTES) throw tooLargeDelivery();
  try {
    return JSON.parse(text);
  } catch {
    throw notJson();
  }
}

/** A body of unknown length, given up as soon as it is too long. */
async function readCounted(request: Request): Promise<string> {
  if (!request.body) return '';
  const decoder = new TextDecoder();
  let bytes = 0;
  let text = '';
  for await (const chunk of request.body) {
    bytes += chunk.byteLength;
    if (bytes > MAX_DELIVERY_BYTES) throw tooLargeDelivery();
    text += decoder.decode(chunk, { stream: true });
  }
  return text + decoder.decode();
}

function tooLargeDelivery() {
  return tooLarge({ detail: `A delivery may have ${MAX_DELIVERY_BYTES} bytes. Send it in parts.` });
}
