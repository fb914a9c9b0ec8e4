import type { DiscoveredApp } from '~/api/discovery.server';
import { SeverityTag } from '~/ui/severity';
import { StatusTag, type Tone } from '~/ui/status';
import { words } from '~/ui/words';

const MANAGED_TONES: Record<string, Tone> = { managed: 'good', unmanaged: 'warn', unknown: 'idle' };
const REVIEW_TONES: Record<string, Tone> = { unreviewed: 'idle', approved: 'good', restricted: 'held', blocked: 'bad' };

export const REVIEWS = ['unreviewed', 'approved', 'restricted', 'blocked'] as const;

export function RiskTag({ risk }: { risk: DiscoveredApp['risk'] }) {
  return <SeverityTag severity={risk.level} />;
}

export function ManagedTag({ state }: { state: string }) {
  return (
    <StatusTag
      status={state}
      label={state === 'unknown' ? 'Not known' : words(state)}
      tone={MANAGED_TONES[state] ?? 'idle'}
    />
  );
}

export function ReviewTag({ state }: { state: string }) {
  return <StatusTag status={state} tone={REVIEW_TONES[state] ?? 'idle'} />;
}
