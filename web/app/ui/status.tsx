import {
  IconAlertTriangle,
  IconCircleCheck,
  IconCircleDashed,
  IconCircleX,
  IconClock,
  IconPlayerPause,
} from '@tabler/icons-react';
import styles from './marks.module.css';
import { None } from './none';
import { words } from './words';

export type Tone = 'good' | 'warn' | 'bad' | 'busy' | 'idle' | 'held';

const ICONS = {
  good: IconCircleCheck,
  warn: IconAlertTriangle,
  bad: IconCircleX,
  busy: IconClock,
  idle: IconCircleDashed,
  held: IconPlayerPause,
} as const;

const TONES: Record<string, Tone> = {
  connected: 'good',
  processed: 'good',
  delivered: 'good',
  complete: 'good',
  completed: 'good',
  done: 'good',
  succeeded: 'good',
  resolved: 'good',
  pass: 'good',
  ACTIVE: 'good',
  active: 'good',
  replayed: 'good',
  SUCCESS: 'good',
  ALLOW: 'good',
  fail: 'bad',
  failed: 'bad',
  errored: 'bad',
  dead: 'bad',
  FAILURE: 'bad',
  DENY: 'bad',
  pending: 'busy',
  queued: 'busy',
  running: 'busy',
  held: 'held',
  partial: 'warn',
  spooled: 'busy',
  unknown: 'warn',
  LOCKED_OUT: 'warn',
  PASSWORD_EXPIRED: 'warn',
  RECOVERY: 'warn',
  PENDING_ACTIVATION: 'warn',
};

export function toneOf(status: string): Tone {
  return TONES[status] ?? 'idle';
}

export function StatusTag({ status, label, tone }: { status: string; label?: string; tone?: Tone }) {
  const shown = tone ?? toneOf(status);
  const Icon = ICONS[shown];
  return (
    <span className={styles.tag} data-tone={shown}>
      <Icon size={13} stroke={2} aria-hidden="true" />
      {label ?? words(status)}
    </span>
  );
}

/** A plain label: a kind, a channel, a mode. */
export function Label({ children }: { children: string }) {
  return (
    <span className={styles.tag} data-tone="plain">
      {children}
    </span>
  );
}

export function TierTag({ tier }: { tier: string | null }) {
  if (tier === null || tier === 'none') return <None />;
  return (
    <span className={styles.tag} data-tone={tier === 'global_admin' ? 'critical' : 'high'}>
      <svg width="11" height="11" viewBox="0 0 12 12" aria-hidden="true" focusable="false">
        <path d="M6 .6 11 2.4v3.4c0 2.8-2 4.7-5 5.8C3 10.5 1 8.6 1 5.8V2.4z" fill="currentColor" />
      </svg>
      {words(tier)}
    </span>
  );
}
