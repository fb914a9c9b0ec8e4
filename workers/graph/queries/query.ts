import type { Millis } from '../../platform/clock.ts';
import type { CoverageNeed } from '../port.ts';
import type { Powers } from '../privileges/powers.ts';
import { cleanText, compareText, nameKey } from '../text.ts';
import type { Tx } from '../tx.ts';
import type { AccountFacts, Holding } from './holdings.ts';

export const QUERY_THEMES = ['inventory', 'admin', 'hygiene', 'credentials', 'federation'] as const;
export type QueryTheme = (typeof QUERY_THEMES)[number];

export const COLUMN_TYPES = ['node', 'text', 'number', 'time', 'boolean'] as const;

export interface Column {
  id: string;
  title: string;
  type: (typeof COLUMN_TYPES)[number];
}

/** A value of a row; a node is told by its id and named later, since another shard may hold it. */
export type Cell = string | number | boolean | null | { node: string };

export interface Row {
  /** Rows are in its order and told once, whichever shards know them. */
  key: string;
  /** In the order of the columns. */
  cells: Cell[];
}

export interface Found {
  rows: Row[];
  /** Subjects that the question could not be answered for, because what it needs is not known of them. */
  undetermined: number;
  /** There are more than one question looks at. */
  truncated: boolean;
}

/** The graph of one shard, as it is or was, for one question. */
export interface QueryContext {
  tx: Tx;
  /** The moment that ages are counted up to. */
  now: Millis;
  /** Whether this reads the past. */
  past: boolean;
  powers(): Powers;
  /** Who on this shard holds which roles, directly or through a group. */
  holdings(): Holding[];
  accounts(): Map<string, AccountFacts>;
}

/** A question with a name, asked of each shard; `needs`: the data without which its answer is not whole. */
export interface SavedQuery {
  id: string;
  theme: QueryTheme;
  title: string;
  description: string;
  columns: Column[];
  needs: CoverageNeed[];
  /** Rows that an export reads of a shard at once: all where each reading works the whole answer out anew. */
  atOnce: number;
  /** Up to `limit` rows after a key, by key. */
  read(context: QueryContext, after: string | null, limit: number): Found;
}

/** Rows of one query that a shard looks at; those of edges, which are paged in the store, have no such bound. */
export const MAX_QUERY_ROWS = 20_000;
/** Characters of a name, and of a word, that take part in the order. */
const KEY_NAME = 60;
const KEY_WORD = 40;

/** A row before it has a key: `name` is what it is sorted by. */
export interface Draft {
  name: string;
  cells: Cell[];
}

interface RowQuery extends Omit<SavedQuery, 'read' | 'atOnce'> {
  rows(context: QueryContext): { drafts: Draft[]; undetermined?: number; truncated?: boolean };
}

/** A query that is worked out as a whole: for what is few, like administrators. */
export function rowQuery({ rows, ...about }: RowQuery): SavedQuery {
  return {
    ...about,
    // one more than there can be: the end is seen without asking again
    atOnce: MAX_QUERY_ROWS + 1,
    read: (context, after, limit) => {
      const { drafts, undetermined = 0, truncated = false } = rows(context);
      const found = drafts
        .slice(0, MAX_QUERY_ROWS)
        .map(({ name, cells }): Row => ({ key: keyOf(name, cells), cells }))
        .filter(({ key }) => after === null || compareText(key, after) > 0)
        .sort((a, b) => compareText(a.key, b.key));
      return { rows: found.slice(0, limit), undetermined, truncated: truncated || drafts.length > MAX_QUERY_ROWS };
    },
  };
}

function keyOf(name: string, cells: Cell[]): string {
  const words = cells.flatMap((cell) => {
    if (typeof cell === 'string') return [cleanText(cell.slice(0, KEY_WORD))];
    return cell !== null && typeof cell === 'object' ? [cell.node] : [];
  });
  return [cleanText(nameKey(name).slice(0, KEY_NAME)), ...words].join(' ');
}

export const nodeColumn = (id: string, title: string): Column => ({ id, title, type: 'node' });
export const textColumn = (id: string, title: string): Column => ({ id, title, type: 'text' });
export const timeColumn = (id: string, title: string): Column => ({ id, title, type: 'time' });
export const numberColumn = (id: string, title: string): Column => ({ id, title, type: 'number' });
export const booleanColumn = (id: string, title: string): Column => ({ id, title, type: 'boolean' });

/** What attributes say, as a cell; null for what is not of that form. */
export const textOf = (value: unknown): string | null => (typeof value === 'string' ? value : null);
export const timeOf = (value: unknown): number | null => (typeof value === 'number' ? value : null);
export const booleanOf = (value: unknown): boolean | null => (typeof value === 'boolean' ? value : null);

export function wordsOf(value: unknown): string | null {
  if (!Array.isArray(value)) return null;
  return value.filter((word): word is string => typeof word === 'string').join(', ');
}
