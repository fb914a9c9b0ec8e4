import { Hono } from 'hono';
import { html } from 'hono/html';
import { z } from 'zod';
import { registerClient } from '../actions/clients.ts';
import { BY_SYSTEM, type Org } from '../actions/org.ts';
import { iso } from '../core/clock.ts';
import { type EventBridgeRelay, relaySchema } from '../delivery/eventbridge.ts';
import type { HookSender } from '../delivery/hook-sender.ts';
import { HOOK_ELIGIBLE } from '../log/hook-eligible.ts';
import { roleTypeSchema } from '../okta/role-type.ts';
import { faultsSchema, type LabFaults } from './faults.ts';
import type { Life } from './life.ts';
import { playScenario, SCENARIOS } from './scenarios.ts';
import { serviceAppRoutes } from './service-app.routes.ts';
import { truthOf } from './truth.ts';

export interface ControlDeps {
  org: Org;
  faults: LabFaults;
  hooks: HookSender;
  relay: EventBridgeRelay;
  life: Life;
}

const clientSchema = z.strictObject({
  clientId: z.string().min(1).optional(),
  jwks: z.object({ keys: z.array(z.record(z.string(), z.unknown())).min(1) }),
  scopes: z.array(z.string().startsWith('okta.')),
  roles: z.array(roleTypeSchema).default([]),
  dpop: z.boolean().default(false),
});

const stepsSchema = z.object({ steps: z.number().int().min(1).max(100_000).default(1) });

const INDEX: readonly (readonly [string, string])[] = [
  ['GET /lab/health', 'is it up, and what it holds'],
  ['GET /lab/truth', 'every planted or arisen problem, and the near misses; ?detection=&verdict= narrow it'],
  ['GET /lab/paths', 'planted attack paths and near misses; ?open=true|false narrows it'],
  ['POST /lab/pause, POST /lab/resume', "stop and restart the org's own life"],
  ['POST /lab/life {"steps": n}', 'let n things happen at once'],
  ['GET /lab/scenarios, POST /lab/scenarios/{name}', 'play a scenario'],
  ['GET | POST | DELETE /lab/faults', 'inject faults'],
  ['GET | PUT | DELETE /lab/eventbridge', 'relay all events to an address'],
  ['GET | POST /lab/oauth-clients', 'register an OAuth service app'],
  ['GET | POST /lab/service-app', 'the same by a form: paste a public key, get a client ID'],
  ['GET /lab/hook-event-types', 'event types that an event hook may subscribe to'],
  ['POST /lab/flush', 'deliver what waits for an event hook or the relay'],
  ['PUT | POST /receivers/webhooks/{name}', 'configure or use a webhook receiver'],
  ['GET | DELETE /receivers/webhooks/{name}/messages', 'what it received; ?since= narrows it'],
];

/** `/lab`: the lab's own control. */
export function controlRoutes(deps: ControlDeps) {
  const { org, faults, relay, life, hooks } = deps;
  const { world } = org;
  const problem = (issues: unknown) => ({ error: 'the body is not valid', issues });

  const health = () => ({
    status: 'ok',
    now: iso(org.clock.now()),
    paused: life.isPaused(),
    users: world.users.size,
    groups: world.groups.size,
    apps: world.apps.size,
    events: org.log.persisted().length,
    hooks: { registered: world.hooks.size, ...hooks.stats() },
    eventbridge: { on: relay.settings() !== null, ...relay.stats() },
  });

  return new Hono()
    .route('/service-app', serviceAppRoutes(org))
    .get('/', (c) => {
      const entries = INDEX.map(([endpoint, text]) => ({ endpoint, text }));
      if (!(c.req.header('accept') ?? '').includes('text/html')) return c.json({ ...health(), endpoints: entries });
      return c.html(html`<!doctype html><html lang="en"><head><title>Lab</title><meta name="viewport" content="width=device-width" />
        <style>body{font:16px/1.5 system-ui;max-width:60rem;margin:2rem auto;padding:0 1rem}code{background:#eee;padding:.1em .3em}</style></head>
        <body><h1>Lab: a simulated Okta org</h1>
        <p>${world.users.size} users, ${world.groups.size} groups, ${world.apps.size} apps, ${org.log.persisted().length} events. Life is ${life.isPaused() ? 'paused' : 'running'}.</p>
        <ul>${entries.map(({ endpoint, text }) => html`<li><code>${endpoint}</code> ${text}</li>`)}</ul>
        <p><a href="/lab/service-app">Make an OAuth service app</a></p>
        <h2>Scenarios</h2>
        <ul>${Object.entries(SCENARIOS).map(([name, { description }]) => html`<li><form method="post" action="/lab/scenarios/${name}"><button>${name}</button> ${description}</form></li>`)}</ul>
        </body></html>`);
    })
    .get('/health', (c) => c.json(health()))
    .get('/hook-event-types', (c) => c.json({ data: [...HOOK_ELIGIBLE] }))
    .get('/truth', (c) => {
      const { detection, verdict } = c.req.query();
      const rows = truthOf(org).filter(
        (row) =>
          (detection === undefined || row.detection === detection) &&
          (verdict === undefined || row.verdict === verdict),
      );
      return c.json({ data: rows });
    })
    .get('/paths', (c) => {
      const open = c.req.query('open');
      const { paths } = world.estate;
      return c.json({ data: open === undefined ? paths : paths.filter((path) => String(path.open) === open) });
    })
    .post('/pause', (c) => {
      life.pause();
      return c.json({ paused: true });
    })
    .post('/resume', (c) => {
      life.resume();
      return c.json({ paused: false });
    })
    .post('/life', async (c) => {
      const parsed = stepsSchema.safeParse(await c.req.json().catch(() => ({})));
      if (!parsed.success) return c.json(problem(parsed.error.issues), 400);
      const happened: Record<string, number> = {};
      for (let i = 0; i < parsed.data.steps; i++) {
        const name = life.step();
        happened[name] = (happened[name] ?? 0) + 1;
      }
      return c.json({ happened });
    })
    .get('/scenarios', (c) =>
      c.json({ data: Object.entries(SCENARIOS).map(([name, { description }]) => ({ name, description })) }),
    )
    .post('/scenarios/:name', (c) => {
      const result = playScenario(org, c.req.param('name'));
      return result === null ? c.json({ error: 'there is no such scenario' }, 404) : c.json(result);
    })
    .get('/faults', (c) => c.json(faults.current()))
    .post('/faults', async (c) => {
      const parsed = faultsSchema.safeParse(await c.req.json().catch(() => null));
      if (!parsed.success) return c.json(problem(parsed.error.issues), 400);
      faults.set(parsed.data);
      return c.json(faults.current());
    })
    .delete('/faults', (c) => {
      faults.clear();
      return c.json(faults.current());
    })
    .get('/eventbridge', (c) =>
      c.json({ on: relay.settings() !== null, ...withoutSecret(relay), stats: relay.stats() }),
    )
    .put('/eventbridge', async (c) => {
      const parsed = relaySchema.safeParse(await c.req.json().catch(() => null));
      if (!parsed.success) return c.json(problem(parsed.error.issues), 400);
      relay.start(parsed.data);
      return c.json({ on: true, ...withoutSecret(relay) });
    })
    .delete('/eventbridge', (c) => {
      relay.stop();
      return c.json({ on: false });
    })
    .get('/oauth-clients', (c) =>
      c.json({
        data: [...world.clients.values()].map(({ clientId, scopes, roles, dpop }) => ({
          clientId,
          scopes,
          roles: roles.map(({ type }) => type),
          dpop,
        })),
      }),
    )
    .post('/oauth-clients', async (c) => {
      const parsed = clientSchema.safeParse(await c.req.json().catch(() => null));
      if (!parsed.success) return c.json(problem(parsed.error.issues), 400);
      const client = registerClient(org, BY_SYSTEM, parsed.data);
      return c.json(
        { clientId: client.clientId, scopes: client.scopes, roles: parsed.data.roles, dpop: client.dpop },
        201,
      );
    })
    .post('/flush', async (c) => {
      await Promise.all([hooks.flush(), relay.flush()]);
      return c.json({ hooks: hooks.stats(), eventbridge: relay.stats() });
    });
}

function withoutSecret(relay: EventBridgeRelay): Record<string, unknown> {
  const settings = relay.settings();
  if (settings === null) return {};
  const { authorization, ...rest } = settings;
  return { ...rest, hasAuthorization: authorization !== undefined };
}
