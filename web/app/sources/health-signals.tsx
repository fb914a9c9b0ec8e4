import type { ReactNode } from 'react';
import type { SourceHealth } from '~/api/sources.server';
import { DataTable } from '~/ui/data-table';
import { Disclosure } from '~/ui/forms';
import { StatusTag, type Tone } from '~/ui/status';
import { Ago, Until } from '~/ui/time';
import { duration, number, words } from '~/ui/words';
import styles from './health.module.css';

type Hook = SourceHealth['hooks'][number];
type RateLimit = SourceHealth['rateLimit'][number];

interface Signal {
  key: string;
  title: string;
  tone: Tone;
  /** One word or two, beside the icon. */
  state: string;
  text: ReactNode;
  /** What to do about it. */
  next?: ReactNode;
}

/** Delays that push and the log keep when all is well, seconds. */
const GOOD_DELAY = 120;
/** An event that waits longer is taken up again; one that waits much longer shows that something is stuck. */
const GOOD_WAIT = 300;
const GOOD_CAP_PERCENT = 80;

/** How events flow into the source: each part with its state, and what to do where it is not well. */
export function HealthSignals({ health, mode }: { health: SourceHealth; mode: string }) {
  const signals = [
    tailSignal(health),
    ...health.hooks.filter((hook) => hook.inMode).map((hook) => hookSignal(hook)),
    delaySignal(health, mode),
    queueSignal(health),
    ...roomSignals(health),
  ];
  return (
    <>
      <ul className={styles.signals} aria-label="Signals">
        {signals.map(({ key, title, tone, state, text, next }) => (
          <li key={key} data-signal={key}>
            <span className={styles.title}>{title}</span>
            <StatusTag status={state} label={state} tone={tone} />
            <span className={styles.text}>
              {text}
              {next === undefined ? null : <span className={styles.next}>{next}</span>}
            </span>
          </li>
        ))}
      </ul>
      <Rates health={health} />
      {health.rateLimit.length === 0 ? null : (
        <div className={styles.limits}>
          <Disclosure label="Okta’s rate limits, as last seen">
            <DataTable
              caption="Rate limits"
              rows={health.rateLimit.map((limit) => ({ ...limit, id: `${limit.seenBy} ${limit.bucket}` }))}
              columns={[
                {
                  key: 'bucket',
                  header: 'Endpoint',
                  narrow: 'title',
                  cell: ({ bucket }) => <code className="break">{bucket}</code>,
                },
                { key: 'limit', header: 'Limit', align: 'right', cell: ({ limit }) => number(limit) },
                { key: 'left', header: 'Left', align: 'right', cell: ({ remaining }) => number(remaining) },
                { key: 'by', header: 'Seen by', cell: ({ seenBy }) => (seenBy === 'tail' ? 'System Log' : 'Sync') },
                { key: 'seen', header: 'Seen', align: 'right', cell: ({ seenAt }) => <Ago at={seenAt} /> },
              ]}
            />
          </Disclosure>
        </div>
      )}
    </>
  );
}

const TAIL: Record<string, readonly [tone: Tone, state: string, next?: string]> = {
  idle: ['good', 'Up to date'],
  behind: ['busy', 'Catching up', 'Nothing to do: it reads on by itself.'],
  limited: ['warn', 'Waiting', 'Okta limits the rate. It goes on by itself when the window is over.'],
  failed: ['bad', 'Failing', 'Use “Test connection”: it says which scope or role is missing.'],
  stopped: ['bad', 'Stopped', 'Enable the source, or look whether the minute’s cron runs.'],
  new: ['idle', 'Not asked yet', 'It is asked within a minute of connecting.'],
};

function tailSignal({ tail }: SourceHealth): Signal {
  const [tone, state, next] = TAIL[tail?.state ?? 'new'] ?? (['idle', words(tail?.state ?? '')] as const);
  return {
    key: 'tail',
    title: 'System Log',
    tone,
    state,
    text: (
      <>
        Read to its end <Ago at={tail?.caughtUpAt ?? null} />
        {tail?.error ? `. It said: ${tail.error}` : ''}
      </>
    ),
    ...(next === undefined ? {} : { next }),
  };
}

const HOOKS: Record<string, readonly [tone: Tone, state: string]> = {
  ok: ['good', 'Verified'],
  unverified: ['bad', 'Not verified'],
  inactive: ['bad', 'Not active'],
  missing: ['warn', 'Not set up'],
  waiting: ['warn', 'Nothing yet'],
  unknown: ['warn', 'Unknown'],
};

function hookSignal({ channel, status, reason, lastReceivedAt }: Hook): Signal {
  const [tone, state] = HOOKS[status] ?? HOOKS.unknown ?? ['warn', status];
  const help =
    channel === 'event_hook' ? (
      <a href="#event-hooks">Register the hooks in Okta</a>
    ) : (
      'Set up the relay with the address and secret on this page.'
    );
  return {
    key: channel,
    title: words(channel),
    tone,
    state: channel === 'eventbridge' && status === 'ok' ? 'Bound' : state,
    text: (
      <>
        {lastReceivedAt === null ? (
          'Nothing has come by it yet'
        ) : (
          <>
            Last delivery <Ago at={lastReceivedAt} />
          </>
        )}
        {reason === null ? '' : `. ${reason}`}
      </>
    ),
    ...(status === 'ok' || status === 'unknown' ? {} : { next: help }),
  };
}

const seconds = (value: number) => (value < 10 ? `${Math.round(value * 10) / 10} s` : duration(value));

function delaySignal({ lag }: SourceHealth, mode: string): Signal {
  const about = { key: 'delay', title: 'Delay' };
  if (lag === null) return { ...about, tone: 'idle', state: 'No events', text: 'None in the last hour' };
  const good = lag.p95 <= GOOD_DELAY;
  return {
    ...about,
    tone: good ? 'good' : 'warn',
    state: good ? 'As expected' : 'Late',
    text: `Half within ${seconds(lag.p50)}, 95 % within ${seconds(lag.p95)}, the slowest ${seconds(lag.max)}`,
    ...(good
      ? {}
      : {
          next:
            mode === 'polling'
              ? 'After a pause this is catching up; else push brings events within seconds.'
              : 'After a pause this is catching up; else look at the push channels and at what push missed below.',
        }),
  };
}

function queueSignal({ pending, oldestPendingSeconds }: SourceHealth): Signal {
  const about = { key: 'queue', title: 'Waiting events' };
  if (oldestPendingSeconds === null) return { ...about, tone: 'good', state: 'None', text: 'All effects are done' };
  const good = oldestPendingSeconds < GOOD_WAIT;
  return {
    ...about,
    tone: good ? 'busy' : 'bad',
    state: number(pending),
    text: `The oldest for ${duration(oldestPendingSeconds)}`,
    ...(good ? {} : { next: 'They are taken up again by themselves; what fails ten times becomes a dead letter.' }),
  };
}

function roomSignals({ rateLimit, dailyCap }: SourceHealth): Signal[] {
  const signals: Signal[] = [];
  const left = (one: RateLimit) => one.remaining / one.limit;
  const [tightest] = rateLimit.filter((one) => one.limit > 0).sort((a, b) => left(a) - left(b));
  if (tightest !== undefined) {
    const good = left(tightest) >= 1 - tightest.share;
    signals.push({
      key: 'rate-limit',
      title: 'Rate limit',
      tone: good ? 'good' : 'warn',
      state: `${Math.round(left(tightest) * 100)} % left`,
      text: (
        <>
          {number(tightest.remaining)} of {number(tightest.limit)} calls on <code>{tightest.bucket}</code>, seen{' '}
          <Ago at={tightest.seenAt} />. Postern uses at most {Math.round(tightest.share * 100)} %.
        </>
      ),
      ...(good ? {} : { next: 'Other programs use the same limit. Postern waits and goes on by itself.' }),
    });
  }
  if (dailyCap !== null) {
    const percent = Math.floor((dailyCap.events * 100) / dailyCap.limit);
    const good = percent < GOOD_CAP_PERCENT;
    signals.push({
      key: 'daily-cap',
      title: 'Daily cap of hooks',
      tone: percent >= 100 ? 'bad' : good ? 'good' : 'warn',
      state: `${percent} % used`,
      text: (
        <>
          {number(dailyCap.events)} of {number(dailyCap.limit)} events, anew <Until at={dailyCap.resetsAt} />
        </>
      ),
      ...(good ? {} : { next: 'Subscribe the hooks to fewer types, or use EventBridge, which has no cap.' }),
    });
  }
  return signals;
}

function Rates({ health: { rates } }: { health: SourceHealth }) {
  if (rates === null) return null;
  const text = (rate: { received: number; accepted: number; stored: number }) =>
    `${number(rate.received)} received, ${number(rate.accepted)} accepted, ${number(rate.stored)} stored`;
  return (
    <p className={styles.rates}>
      Events a minute: {text(rates.fiveMinutes)} over the last 5 minutes; {text(rates.hour)} over the last hour.
    </p>
  );
}
