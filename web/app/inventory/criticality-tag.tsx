import type { GraphNode } from '~/api/nodes.server';
import marks from '~/ui/marks.module.css';
import { None } from '~/ui/none';
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

const SOURCES: Record<string, string> = { rule: 'by rule', label: 'by label', person: 'by hand' };

/** Who says so. */
export function sourceWords(source: string | null): string {
  return source === null ? '' : (SOURCES[source] ?? words(source));
}

/** A level in a list, with who says so; why on hover. */
export function CriticalityCell({ criticality }: { criticality: GraphNode['criticality'] }) {
  if (criticality === null) return <None />;
  const { level, source, reason } = criticality;
  if (level === 'ordinary' && source === 'rule') return <span className="mute">Ordinary</span>;
  return (
    <span className="row" title={reason ?? undefined}>
      <LevelTag level={level} />
      <span className="mute">{sourceWords(source)}</span>
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
