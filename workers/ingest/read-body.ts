import { notJson, tooLarge } from './errors.ts';

/** Largest delivery taken, in bytes. Okta documents no maximum for an Event Hook delivery. */
export const MAX_DELIVERY_BYTES = 10_000_000;

/** The request's bytes. Throws `ingest.too_large` as soon as more than `MAX_DELIVERY_BYTES` have come or are announced. */
export async function readBytes(request: Request): Promise<Uint8Array> {
  const declared = request.headers.get('content-length');
  if (Number(declared) > MAX_DELIVERY_BYTES) throw tooLargeDelivery();
  if (declared === null) return readCounted(request);
  const bytes = new Uint8Array(await request.arrayBuffer());
  if (bytes.length > MAX_DELIVERY_BYTES) throw tooLargeDelivery();
  return bytes;
}

/** Throws `ingest.not_json`. */
export function parseJson(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(bytes));
  } catch {
    throw notJson();
  }
}

/** A body of unknown length, given up as soon as it is too long. */
async function readCounted(request: Request): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of request.body ?? []) {
    bytes += chunk.byteLength;
    if (bytes > MAX_DELIVERY_BYTES) throw tooLargeDelivery();
    chunks.push(chunk);
  }
  return Buffer.concat(chunks, bytes);
}

function tooLargeDelivery() {
  return tooLarge({ detail: `A delivery may have ${MAX_DELIVERY_BYTES} bytes. Send it in parts.` });
}
