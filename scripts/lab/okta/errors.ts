import type { Context } from 'hono';
import type { ContentfulStatusCode } from 'hono/utils/http-status';

/** An error in the form Okta answers it. */
export class OktaError extends Error {
  readonly status: ContentfulStatusCode;
  readonly code: string;
  readonly causes: string[];
  readonly headers: Record<string, string>;

  constructor(
    status: ContentfulStatusCode,
    code: string,
    summary: string,
    more: { causes?: string[]; headers?: Record<string, string> } = {},
  ) {
    super(summary);
    this.status = status;
    this.code = code;
    this.causes = more.causes ?? [];
    this.headers = more.headers ?? {};
  }
}

export function notFound(id: string, kind: string): OktaError {
  return new OktaError(404, 'E0000007', `Not found: Resource not found: ${id} (${kind})`);
}

export function invalid(field: string, ...causes: string[]): OktaError {
  return new OktaError(400, 'E0000001', `Api validation failed: ${field}`, { causes });
}

export function forbidden(): OktaError {
  return new OktaError(403, 'E0000006', 'You do not have permission to perform the requested action');
}

export function invalidToken(): OktaError {
  return new OktaError(401, 'E0000011', 'Invalid token provided');
}

export function badFilter(reason: string): OktaError {
  return new OktaError(400, 'E0000031', 'Invalid search criteria.', { causes: [reason] });
}

export function badParameter(reason: string): OktaError {
  return new OktaError(400, 'E0000053', 'Invalid filter or parameter.', { causes: [reason] });
}

export function tooManyRequests(): OktaError {
  return new OktaError(429, 'E0000047', 'API call exceeded rate limit due to too many requests.');
}

export function unavailable(): OktaError {
  return new OktaError(500, 'E0000009', 'Internal Server Error');
}

/** Writes the error body. */
export function sendError(c: Context, error: OktaError, errorId: string): Response {
  for (const [name, value] of Object.entries(error.headers)) c.header(name, value);
  const body = {
    errorCode: error.code,
    errorSummary: error.message,
    errorLink: error.code,
    errorId,
    errorCauses: error.causes.map((errorSummary) => ({ errorSummary })),
  };
  return c.json(body, error.status);
}
