import { data } from '@remix-run/cloudflare';

/** Any address that no page has. */
export function loader() {
  throw data({ detail: null }, { status: 404 });
}

export default function NotFound() {
  return null;
}
