import type { NodeSummary } from '../../../graph/port.ts';
import { externalId } from './externals.ts';

/** Apps of the source that import from an Active Directory domain. */
export function domainApps(apps: readonly NodeSummary[]): NodeSummary[] {
  return apps.filter(({ attributes }) => attributes.catalogName === 'active_directory');
}

/** Native id of the domain that such an app imports from. An app that was read before its id was kept goes by its label. */
export function domainOf({ name, attributes }: Pick<NodeSummary, 'name' | 'attributes'>): string {
  return typeof attributes.externalId === 'string' ? attributes.externalId : externalId('ADDomain', name);
}

/**
 * Finds the domain that a user object names: by the domain's own name or by the label of its app, which people change;
 * of a source with one domain it is that one. Null where it cannot be told which of several is meant, or there is none.
 */
export function domainFinder(apps: readonly NodeSummary[]): (name: string) => string | null {
  const directories = domainApps(apps);
  const domains = new Set(directories.map(domainOf));
  const labels = new Map<string, Set<string>>();
  for (const app of directories) {
    const label = externalId('ADDomain', app.name);
    labels.set(label, (labels.get(label) ?? new Set()).add(domainOf(app)));
  }
  const only = (found: ReadonlySet<string> | undefined) => (found?.size === 1 ? ([...found][0] ?? null) : null);
  return (name) => {
    const named = externalId('ADDomain', name);
    return domains.has(named) ? named : (only(labels.get(named)) ?? only(domains));
  };
}
