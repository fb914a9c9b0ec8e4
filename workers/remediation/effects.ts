import { type Principal, seesSource } from '../auth/principal.ts';
import { evaluateAccount } from '../detections/engine.ts';
import { detectionById } from '../detections/registry.ts';
import type { AccountView, DetectionId } from '../detections/types.ts';
import type { TenantGraph } from '../graph/directory.ts';
import type { Removal } from '../graph/what-if.ts';
import { issueId } from '../issues/issue-ids.ts';
import { issuesByIds } from '../issues/verdict-writes.repository.ts';
import type { Millis } from '../platform/clock.ts';
import type { Deps } from '../platform/deps.ts';
import { PosternError } from '../platform/errors.ts';
import type { Effects } from './plan.types.ts';
import type { Target } from './target.ts';

interface Shift {
  detection: DetectionId;
  subjectName: string;
  /** Of the subject. */
  source: string;
  issueId: string;
  after: 'resolved' | 'opened';
}

const NOTHING: Effects = {
  known: true,
  reach: null,
  tierZero: { count: 0, first: [] },
  apps: { identities: 0, lost: 0, first: [] },
  issues: { resolved: 0, opened: 0, resolves: [], opens: [], priority: 0 },
  truncated: false,
};

/**
 * What would follow: which paths, apps and issues disappear. Access is asked of the graph without what is removed; what
 * happens to an account itself (suspended, no factors) is asked of its own checks: `view`, of the account or of the
 * owner of the token.
 */
export async function readEffects(
  deps: Pick<Deps, 'evidence' | 'clock'>,
  tenantId: string,
  graph: Pick<TenantGraph, 'whatIf' | 'reach'>,
  target: Target,
  subjectId: string,
  view: AccountView | null,
  by: Principal,
): Promise<Effects> {
  const removals = removalsOf(target);
  const [reach, asked] = await Promise.all([
    graph.reach(subjectId),
    removals.length === 0 ? null : askGraph(graph, removals),
  ]);
  const own = view ? ownShifts(tenantId, view, target, deps.clock.now()) : [];
  // a suspended account is still there: its own checks say more than those of a graph without it
  const others = target.request.action === 'suspend' || asked === null ? [] : asked.shifts;
  const shifts = [...others, ...own];
  return {
    ...NOTHING,
    known: removals.length === 0 || asked !== null,
    reach: reach && {
      apps: reach.apps,
      groups: reach.groups,
      roles: reach.roles,
      tierZero: reach.pathToTierZero !== null,
    },
    ...(asked && { tierZero: asked.tierZero, apps: asked.apps, truncated: asked.truncated }),
    issues: await issuesOf(deps, tenantId, by, shifts, target.request.action === 'suspend' ? null : asked),
  };
}

interface Asked extends Pick<Effects, 'tierZero' | 'apps' | 'truncated'> {
  shifts: Shift[];
  resolved: number;
  opened: number;
}

/** Null when the graph does not know what would be removed. */
async function askGraph(graph: Pick<TenantGraph, 'whatIf'>, removals: Removal[]): Promise<Asked | null> {
  try {
    const { tierZero, apps, verdicts, truncated } = await graph.whatIf(removals);
    const shifts = verdicts.first.flatMap((shift): Shift[] => {
      const resolved = shift.before === 'fail' && (shift.after === 'pass' || shift.after === 'gone');
      if (!resolved && shift.after !== 'fail') return [];
      const after = resolved ? 'resolved' : 'opened';
      return [
        {
          detection: shift.detection,
          subjectName: shift.subject.name,
          source: shift.subject.source,
          issueId: shift.issueId,
          after,
        },
      ];
    });
    return { tierZero, apps, truncated, shifts, resolved: verdicts.resolved, opened: verdicts.opened };
  } catch (error) {
    if (error instanceof PosternError && error.code === 'not_found') return null;
    throw error;
  }
}

function removalsOf({ request, account, group, app, role, token }: Target): Removal[] {
  const holder = account ?? group ?? app;
  const edge = (
    from: string | undefined,
    to: string | undefined,
    edgeKind: 'MEMBER_OF' | 'ASSIGNED_TO' | 'HOLDS_ROLE' | 'CONSENTED',
  ): Removal[] => (from === undefined || to === undefined ? [] : [{ kind: 'edge', from, to, edgeKind }]);
  switch (request.action) {
    case 'suspend':
      return account ? [{ kind: 'node', id: account.id }] : [];
    case 'remove_from_group':
      return edge(account?.id, group?.id, 'MEMBER_OF');
    case 'unassign_app':
      return edge((account ?? group)?.id, app?.id, 'ASSIGNED_TO');
    case 'remove_role':
      return edge(holder?.id, role?.id, 'HOLDS_ROLE');
    case 'revoke_grant':
      return edge(account?.id, app?.id, 'CONSENTED');
    case 'revoke_api_token':
      return token?.nodeId ? [{ kind: 'node', id: token.nodeId }] : [];
    default:
      return [];
  }
}

/** The account's own checks, before and after. */
function ownShifts(tenantId: string, view: AccountView, target: Target, now: Millis): Shift[] {
  const later = afterAction(target, view, now);
  if (!later) return [];
  const then = new Map(evaluateAccount(later, now).map(({ detection, verdict }) => [detection, verdict.status]));
  return evaluateAccount(view, now).flatMap(({ detection, verdict }): Shift[] => {
    const after = then.get(detection);
    if (after === verdict.status || (verdict.status !== 'fail' && after !== 'fail')) return [];
    if (verdict.status === 'fail' && after !== 'pass') return [];
    const kind = detectionById(detection)?.subjectKind === 'identity' ? 'identity' : 'account';
    const { sourceId: source, nativeId, name } = view;
    const id = kind === 'identity' ? view.identityId : view.accountId;
    const subject = { kind, id, source, nativeId, name } as const;
    return [
      {
        detection,
        subjectName: view.name,
        source,
        issueId: issueId(tenantId, detection, subject),
        after: after === 'fail' ? 'opened' : 'resolved',
      },
    ];
  });
}

function afterAction({ request, token }: Target, view: AccountView, now: Millis): AccountView | null {
  const withStatus = (status: string) => ({
    ...view,
    attributes: { ...view.attributes, status, statusChanged: now },
  });
  switch (request.action) {
    case 'suspend':
      return withStatus('SUSPENDED');
    case 'unsuspend':
      return withStatus('ACTIVE');
    case 'reset_factors':
      return { ...view, factors: { known: true, factors: [] } };
    case 'revoke_api_token': {
      const revoked = { kind: 'api_token_revoked', at: now, eventId: 'planned', ref: token?.nativeId ?? null } as const;
      return { ...view, signals: [...view.signals, { ...revoked, accountId: view.accountId }] };
    }
    default:
      return null;
  }
}

async function issuesOf(
  deps: Pick<Deps, 'evidence'>,
  tenantId: string,
  by: Principal,
  shifts: Shift[],
  asked: Pick<Asked, 'resolved' | 'opened' | 'shifts'> | null,
): Promise<Effects['issues']> {
  const resolved = shifts.filter(({ after }) => after === 'resolved');
  const opened = shifts.filter(({ after }) => after === 'opened');
  const ids = resolved.map((shift) => shift.issueId);
  const found = ids.length === 0 ? new Map() : await issuesByIds(deps, tenantId, ids);
  const resolves = [...found.values()]
    .filter((issue) => issue.status === 'open' && seesSource(by, issue.subjectSource))
    .map(({ id, title, severity, priority, subjectName }) => ({ id, title, severity, priority, subject: subjectName }))
    .sort((a, b) => b.priority - a.priority);
  // the graph names the first of many: the counts are of all
  const unnamed = (all: number | undefined, after: Shift['after']) =>
    all === undefined ? 0 : Math.max(0, all - (asked?.shifts.filter((shift) => shift.after === after).length ?? 0));
  return {
    resolved: resolved.length + unnamed(asked?.resolved, 'resolved'),
    opened: opened.length + unnamed(asked?.opened, 'opened'),
    resolves,
    opens: opened
      .filter(({ source }) => seesSource(by, source))
      .map(({ detection, subjectName }) => ({
        detection,
        title: detectionById(detection)?.title ?? detection,
        subject: subjectName,
      })),
    priority: resolves.reduce((sum, { priority }) => sum + priority, 0),
  };
}
