import { detectionInfo } from '../detections/registry.ts';
import { graphOf } from '../graph/directory.ts';
import { issuesByIds } from '../issues/verdict-writes.repository.ts';
import type { Deps } from '../platform/deps.ts';
import { describeError } from '../platform/errors.ts';
import { listSources } from '../sources/sources.repository.ts';
import type { DetectionText, IssueFacts } from './body.ts';
import { type EntityFacts, entityOf, factsFromIssue } from './entity.ts';

/** What the body of a delivery is made from, read from the other features. */
export interface Lookups {
  /** In one statement; issues that do not exist are absent. */
  issues(tenantId: string, ids: string[]): Promise<Map<string, IssueFacts>>;
  /** Sub-domains of the tenant's sources by source id. */
  sourceTenants(tenantId: string): Promise<Map<string, string>>;
  entity(issue: IssueFacts, tenantOf: (sourceId: string) => string): Promise<EntityFacts>;
  detection(id: string): DetectionText;
}

export function lookupsOf(deps: Deps): Lookups {
  return {
    issues: (tenantId, ids) => issuesByIds(deps, tenantId, ids),
    async sourceTenants(tenantId) {
      const sources = await listSources(deps, tenantId);
      return new Map(sources.map((source) => [source.id, subdomainOf(source.baseUrl)]));
    },
    async entity(issue, tenantOf) {
      // a source is not in the graph: it is what the graph is made from
      if (issue.subjectKind === 'source') return factsFromIssue(issue);
      const subject = { kind: issue.subjectKind, id: issue.subjectId };
      try {
        return (await entityOf(graphOf(deps, issue.tenantId), subject, tenantOf)) ?? factsFromIssue(issue);
      } catch (error) {
        // what the graph would add is worth less than telling people at once
        deps.log.warn('outbound: the graph did not answer', { issueId: issue.id, error: describeError(error).name });
        return factsFromIssue(issue);
      }
    },
    detection: (id) => detectionInfo(id) ?? UNKNOWN_DETECTION,
  };
}

/** For an issue of a detection that this version does not have any more. */
const UNKNOWN_DETECTION: DetectionText = {
  category: 'Hygiene',
  description: 'The detection that found this is not part of this version any more.',
  riskAndImpact: 'Open the issue for its evidence.',
  remediation: 'Open the issue for its evidence.',
};

/** `acme` of `https://acme.okta.com` and of `https://acme-admin.okta.com`; the whole host where there is no name. */
export function subdomainOf(baseUrl: string): string {
  const { hostname, host } = new URL(baseUrl);
  const [first = '', ...rest] = hostname.split('.');
  if (rest.length < 2 || /^[\d.]+$/.test(hostname)) return host;
  return first.replace(/-admin$/, '');
}
