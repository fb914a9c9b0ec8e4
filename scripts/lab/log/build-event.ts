import { iso, type Millis } from '../core/clock.ts';
import type { Ids } from '../core/ids.ts';
import { EVENT_TYPES } from './event-types.ts';
import {
  type ClientContext,
  type LogActor,
  type LogEvent,
  type LogTarget,
  NO_CLIENT,
  type OutcomeResult,
} from './log-event.ts';

export interface EventInput {
  type: string;
  actor: LogActor;
  targets?: LogTarget[];
  result?: OutcomeResult;
  reason?: string | null;
  client?: ClientContext | null;
  debugData?: Record<string, unknown>;
  transactionId?: string;
  transactionType?: 'WEB' | 'JOB';
  transactionDetail?: Record<string, unknown>;
  sessionId?: string;
  provider?: { authentication: string | null; credential: string | null; type: string | null };
}

/** Builds one complete System Log event; types that the catalogue does not know are a programming error. */
export function buildEvent(ids: Ids, published: Millis, input: EventInput): LogEvent {
  const info = EVENT_TYPES[input.type];
  if (info === undefined) throw new Error(`the event type ${input.type} is not in the catalogue`);
  const transactionId = input.transactionId ?? ids.opaque(27);
  const from = input.client ?? NO_CLIENT;
  const result = input.result ?? 'SUCCESS';
  const session = input.sessionId ?? `trs${ids.opaque(22)}`;
  return {
    uuid: ids.uuid(),
    published: iso(published),
    eventType: input.type,
    version: '0',
    displayMessage: info.message,
    severity: result === 'SUCCESS' || result === 'ALLOW' ? (info.severity ?? 'INFO') : 'WARN',
    legacyEventType: info.legacy,
    actor: input.actor,
    client: from.client,
    device: null,
    outcome: { result, reason: input.reason ?? null },
    target: input.targets ?? [],
    transaction: { type: input.transactionType ?? 'WEB', id: transactionId, detail: input.transactionDetail ?? {} },
    debugContext: { debugData: { requestId: transactionId, ...input.debugData } },
    authenticationContext: {
      authenticationProvider: input.provider?.authentication ?? null,
      credentialProvider: input.provider?.credential ?? null,
      credentialType: input.provider?.type ?? null,
      issuer: null,
      authenticationStep: 0,
      externalSessionId: session,
      rootSessionId: session,
      interface: null,
    },
    securityContext: from.security,
    request: from.request,
  };
}

/** The shape the same event has inside an event hook delivery. */
export function hookForm(event: LogEvent): Record<string, unknown> {
  const { request, ...rest } = event;
  return { ...rest, client: { ...event.client, ipChain: request.ipChain }, insertionTimestamp: null };
}
