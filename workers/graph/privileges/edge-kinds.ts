import { type AnyEdgeKind, CONTEXT_EDGES, DERIVED_KINDS, type DerivedKind, type EdgeKind } from '../model.ts';
import { CONTEXT_TEXTS } from './texts.context.ts';
import { CONTROL_TEXTS } from './texts.control.ts';
import { POWER_TEXTS } from './texts.powers.ts';

/** What is said of a kind of edge. `from` → `to` are the ends. */
export interface EdgeText {
  /** One sentence: what it says. */
  meaning: string;
  /** What somebody who controls the one end does with it. */
  explanation: string;
  /** What takes the danger away. */
  remediation: string;
  /** The kind in OktaHound's model (SpecterOps, `Documentation/Schema.md`); null: it has none. */
  oktaHound: string | null;
}

/**
 * How a path may use an edge. `through`: whoever controls the one end controls the other. `last`: it gives the use of
 * the other end, from where a path does not go on. `no`: context.
 */
export type Walk = 'through' | 'last' | 'no';

export interface EdgeKindInfo extends EdgeText {
  kind: AnyEdgeKind;
  /** Told from role assignments at the time of the question, never stored. */
  derived: boolean;
  /** Whether paths walk it. */
  traversable: boolean;
  walk: Walk;
}

const DERIVED: ReadonlySet<string> = new Set(DERIVED_KINDS);

export function isDerived(kind: string): kind is DerivedKind {
  return DERIVED.has(kind);
}

/** Kinds that give the use of the other end and no power over it. */
export const USE_KINDS: ReadonlySet<AnyEdgeKind> = new Set<AnyEdgeKind>([
  'ASSIGNED_TO',
  'CONNECTS_TO',
  'HOLDS_ENTITLEMENT',
]);

/**
 * Whether a path ends with this edge. `limited`: the roles that grant the org without being all power over it, so that
 * they are tier zero and do not reach what the org contains.
 */
export function isLast(kind: AnyEdgeKind, from: string, limited: ReadonlySet<string>): boolean {
  return USE_KINDS.has(kind) || (kind === 'GRANTS' && limited.has(from));
}

const TEXTS: Record<AnyEdgeKind, EdgeText> = { ...POWER_TEXTS, ...CONTROL_TEXTS, ...CONTEXT_TEXTS };

/** The kinds of the model, those that give power first. */
export const EDGE_KIND_INFOS: readonly EdgeKindInfo[] = Object.entries(TEXTS).map(([name, text]) => {
  const kind = name as AnyEdgeKind;
  const derived = isDerived(kind);
  const traversable = derived || !CONTEXT_EDGES.has(kind as EdgeKind);
  return {
    kind,
    derived,
    traversable,
    walk: !traversable ? 'no' : USE_KINDS.has(kind) ? 'last' : 'through',
    ...text,
  };
});

/** What an attacker does with an edge and what to do about it; null for a kind that the model does not know. */
export function edgeText(kind: string): EdgeText | null {
  return Object.hasOwn(TEXTS, kind) ? TEXTS[kind as AnyEdgeKind] : null;
}
