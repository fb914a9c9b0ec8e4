import { createContext, useContext } from 'react';
import { duration } from './words';

/** The server's time of rendering, ISO 8601: both sides count ages from it, so that they agree. */
const NowContext = createContext<string>(new Date(0).toISOString());
export const NowProvider = NowContext.Provider;

/** `2026-11-22 01:18 UTC`. */
export function utc(at: string): string {
  const date = new Date(at);
  return Number.isNaN(date.getTime()) ? at : `${date.toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}

/** How long ago, with the exact time on hover and for machines. */
export function Ago({ at, suffix = ' ago' }: { at: string | null; suffix?: string }) {
  const now = useContext(NowContext);
  if (at === null) return <span className="mute">never</span>;
  const seconds = (Date.parse(now) - Date.parse(at)) / 1_000;
  return (
    <time dateTime={at} title={utc(at)} className="nowrap">
      {seconds < 5 ? 'just now' : `${duration(seconds)}${suffix}`}
    </time>
  );
}

/** When something last happened before the moment that is looked at. Of the past, not told is no "never". */
export function Past({ at, asOf }: { at: string | null; asOf: string | null }) {
  return at === null && asOf !== null ? <span className="mute">not kept</span> : <Ago at={at} />;
}

/** How long until a moment to come. */
export function Until({ at }: { at: string }) {
  const now = useContext(NowContext);
  const seconds = (Date.parse(at) - Date.parse(now)) / 1_000;
  return (
    <time dateTime={at} title={utc(at)} className="nowrap">
      {seconds <= 0 ? 'now' : `in ${duration(seconds)}`}
    </time>
  );
}

export function At({ at }: { at: string }) {
  return (
    <time dateTime={at} className="nowrap">
      {utc(at)}
    </time>
  );
}
