import type { GraphPart, Mapped } from '../sources/okta/mapper.ts';
import { nothingRead, type PageResult } from './sweep.ts';

/** The native id in the scope of one object, `members:00g…`. */
export function objectOf(scope: string): string {
  return scope.slice(scope.indexOf(':') + 1);
}

/** Maps the objects of a page. An object that cannot be used but names itself stays in the graph as it is. */
export function mapPage<T extends GraphPart>(
  items: unknown[],
  map: (raw: unknown) => Mapped<T>,
  read: (ok: T) => { seen: string | null; fact?: string | null },
): PageResult {
  const result = nothingRead();
  for (const raw of items) {
    const mapped = map(raw);
    if ('bad' in mapped) {
      result.bad.push(`${mapped.bad.id ?? 'an object without id'}: ${mapped.bad.reason}`);
      if (mapped.bad.id === null) result.incomplete = true;
      else result.seen.push(mapped.bad.id);
      continue;
    }
    result.part.nodes.push(...mapped.ok.nodes);
    result.part.edges.push(...mapped.ok.edges);
    if (mapped.ok.owns) result.part.owns?.push(...mapped.ok.owns);
    const { seen, fact } = read(mapped.ok);
    if (seen !== null) result.seen.push(seen);
    if (fact) result.facts.push(fact);
  }
  return result;
}
