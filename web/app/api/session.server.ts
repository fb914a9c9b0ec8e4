import { z } from 'zod';
import type { RequestArgs } from '../server/session.server';
import { type Api, call } from './client.server';
import { anything, maybe } from './shapes.server';

const opened = z.object({ token: z.string(), expiresAt: z.string() });

const current = z.object({
  principal: z.object({
    kind: z.string(),
    id: z.string(),
    name: z.string(),
    role: z.string(),
    sourceIds: maybe(z.array(z.string())),
  }),
  tenant: maybe(z.object({ id: z.string(), name: z.string() })),
  permissions: z.array(z.string()),
});
export type Session = z.output<typeof current>;

export function openSession(args: RequestArgs, email: string, password: string) {
  return call(args, null, 'POST', '/session', opened, { body: { email, password } });
}

export function getSession(api: Api) {
  return api.get('/session', current);
}

/** A session has to know the old password; the other sessions of the person end. */
export function changePassword(api: Api, body: { current: string; password: string }) {
  return api.ask('POST', '/session/password', anything, { body });
}

/** Ends the session there; an error means that it had ended already. */
export function closeSession(args: RequestArgs, token: string) {
  return call(args, token, 'DELETE', '/session', anything);
}
