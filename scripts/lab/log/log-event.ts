/** The System Log event as `GET /api/v1/logs` returns it. */
export interface LogActor {
  id: string;
  type: string;
  alternateId: string | null;
  displayName: string | null;
  detailEntry: Record<string, unknown> | null;
}

export interface LogTarget extends LogActor {
  changeDetails?: { from?: Record<string, unknown>; to?: Record<string, unknown> } | null;
}

export type OutcomeResult =
  | 'SUCCESS'
  | 'FAILURE'
  | 'SKIPPED'
  | 'ALLOW'
  | 'DENY'
  | 'CHALLENGE'
  | 'UNKNOWN'
  | 'RATE_LIMIT';

export interface Geo {
  city: string | null;
  state: string | null;
  country: string | null;
  postalCode: string | null;
  geolocation: { lat: number; lon: number } | null;
}

export interface LogIp {
  ip: string;
  geographicalContext: Geo | null;
  version: 'V4' | 'V6';
  source: string | null;
}

export interface LogClient {
  userAgent: { rawUserAgent: string; os: string; browser: string } | null;
  zone: string | null;
  device: string | null;
  id: string | null;
  ipAddress: string | null;
  geographicalContext: Geo | null;
}

export interface LogSecurity {
  asNumber: number | null;
  asOrg: string | null;
  isp: string | null;
  domain: string | null;
  isProxy: boolean | null;
}

export interface LogEvent {
  uuid: string;
  published: string;
  eventType: string;
  version: string;
  displayMessage: string;
  severity: 'DEBUG' | 'INFO' | 'WARN' | 'ERROR';
  legacyEventType: string | null;
  actor: LogActor;
  client: LogClient;
  device: null;
  outcome: { result: OutcomeResult; reason: string | null };
  target: LogTarget[];
  transaction: { type: string; id: string; detail: Record<string, unknown> };
  debugContext: { debugData: Record<string, unknown> };
  authenticationContext: {
    authenticationProvider: string | null;
    credentialProvider: string | null;
    credentialType: string | null;
    issuer: null;
    authenticationStep: number;
    externalSessionId: string;
    rootSessionId: string;
    interface: string | null;
  };
  securityContext: LogSecurity;
  request: { ipChain: LogIp[] };
}

/** Where a request came from. The parts are shared by all events of one device, which keeps a big log small. */
export interface ClientContext {
  client: LogClient;
  request: { ipChain: LogIp[] };
  security: LogSecurity;
}

export const NO_CLIENT: ClientContext = {
  client: { userAgent: null, zone: null, device: null, id: null, ipAddress: null, geographicalContext: null },
  request: { ipChain: [] },
  security: { asNumber: null, asOrg: null, isp: null, domain: null, isProxy: null },
};

export const SYSTEM_ACTOR: LogActor = {
  id: 'system',
  type: 'SystemPrincipal',
  alternateId: 'system@okta.com',
  displayName: 'Okta System',
  detailEntry: null,
};
