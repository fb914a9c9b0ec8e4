/** Security headers of every answer that code makes, pages and errors alike (`_headers` does not reach Functions). */
export function secureHeaders(headers: Headers, nonce: string | null): void {
  const scripts = nonce === null ? "'none'" : `'nonce-${nonce}' 'strict-dynamic'`;
  headers.set(
    'Content-Security-Policy',
    [
      "default-src 'self'",
      `script-src ${scripts}`,
      // Mantine writes its variables and responsive props into style tags and attributes
      "style-src 'self' 'unsafe-inline'",
      "img-src 'self' data:",
      "font-src 'self'",
      "connect-src 'self'",
      "form-action 'self'",
      "object-src 'none'",
      "base-uri 'none'",
      "frame-ancestors 'none'",
    ].join('; '),
  );
  headers.set('X-Frame-Options', 'DENY');
  headers.set('X-Content-Type-Options', 'nosniff');
  // `no-referrer` would also turn the Origin of our own forms into `null`, which the origin check refuses
  headers.set('Referrer-Policy', 'same-origin');
  headers.set('Permissions-Policy', 'camera=(), microphone=(), geolocation=(), payment=(), usb=()');
  headers.set('Cross-Origin-Opener-Policy', 'same-origin');
  if (!headers.has('Cache-Control')) headers.set('Cache-Control', 'no-store');
}
