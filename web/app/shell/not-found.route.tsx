import { data } from '@remix-run/cloudflare';
import { ErrorPage } from './error-page';

/** Any address that no page has. */
export function loader() {
  throw data({ detail: null }, { status: 404 });
}

export default function NotFound() {
  return null;
}

export function ErrorBoundary() {
  return <ErrorPage />;
}
