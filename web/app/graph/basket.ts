import { useRouteLoaderData } from '@remix-run/react';
import type { Removal } from '~/api/graph.server';
import type { loader } from '~/shell/shell.route';

/** Removals that are collected at most: a cookie holds no more. */
export const MAX_BASKET = 20;

/** A removal as one word: `from~KIND~to`, or the id of a node. */
export function removalKey(removal: Removal): string {
  return removal.kind === 'node' ? removal.id : `${removal.from}~${removal.edgeKind}~${removal.to}`;
}

const ID = /^[a-z]{3}_[\w-]{1,76}$/;
const KIND = /^[A-Z_]{1,60}$/;

/** Null for what is no such word. */
export function removalOf(key: string): Removal | null {
  const [from = '', edgeKind, to] = key.split('~');
  if (!ID.test(from)) return null;
  if (edgeKind === undefined) return { kind: 'node', id: from };
  return KIND.test(edgeKind) && to !== undefined && ID.test(to) ? { kind: 'edge', from, edgeKind, to } : null;
}

/** What was collected to be asked about, as words. */
export function useBasket(): string[] {
  return useRouteLoaderData<typeof loader>('shell/shell.route')?.basket ?? [];
}
