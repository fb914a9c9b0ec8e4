import type { GraphNode } from '~/api/nodes.server';
import marks from '~/ui/marks.module.css';
import { words } from '~/ui/words';

const TONES: Record<string, string> = { tier_zero: 'critical', crown_jewel: 'high', privileged: 'medium' };

/** How much a node matters, with why on hover; what is ordinary needs no word. */
export function CriticalityTag({ criticality }: { criticality: NonNullable<GraphNode['criticality']> }) {
  const { level, reason } = criticality;
  if (level === 'ordinary') return null;
  return (
    <span className={marks.tag} data-tone={TONES[level] ?? 'plain'} title={reason ?? undefined}>
      {words(level)}
    </span>
  );
}

/** A level that a count is of. */
export function LevelTag({ level }: { level: string }) {
  return (
    <span className={marks.tag} data-tone={TONES[level] ?? 'plain'}>
      {words(level)}
    </span>
  );
}
