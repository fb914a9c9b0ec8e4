import { sql } from 'drizzle-orm';
import { index, integer, primaryKey, sqliteTable, text } from 'drizzle-orm/sqlite-core';

/** What accounts of tenants with several sources may have in common. Mails and employee numbers are hashed. */
export const identityAccounts = sqliteTable(
  'identity_accounts',
  {
    tenantId: text('tenant_id').notNull(),
    accountId: text('account_id').notNull(),
    sourceId: text('source_id').notNull(),
    nativeId: text('native_id').notNull(),
    keys: text('keys', { mode: 'json' }).$type<string[]>().notNull(),
    /** `held`: it changed hands, and proves nothing until it changes again. */
    mail: text('mail', { enum: ['ok', 'unverified', 'held'] }).notNull(),
    created: integer('created'),
    ended: integer('ended'),
  },
  (t) => [primaryKey({ columns: [t.tenantId, t.accountId] })],
);

/** The same the other way round: who has a key. */
export const identityKeys = sqliteTable(
  'identity_keys',
  {
    tenantId: text('tenant_id').notNull(),
    key: text('key').notNull(),
    accountId: text('account_id').notNull(),
  },
  (t) => [primaryKey({ columns: [t.tenantId, t.key, t.accountId] })],
);

/** Accounts that are, or were, of another identity than their own. */
export const identityLinks = sqliteTable(
  'identity_links',
  {
    tenantId: text('tenant_id').notNull(),
    accountId: text('account_id').notNull(),
    /** The account whose identity it is; null: its own again. */
    homeId: text('home_id'),
    /** What it is placed with in the graph. */
    placeId: text('place_id').notNull(),
    /** Where it goes, while the graph is behind; else null. */
    nextPlaceId: text('next_place_id'),
    token: text('token').notNull(),
    how: text('how', { enum: ['mail', 'employee_number', 'source_link', 'manual'] }),
    reason: text('reason'),
    setBy: text('set_by'),
    at: integer('at').notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.tenantId, t.accountId] }),
    index('identity_links_home').on(t.tenantId, t.homeId).where(sql`home_id IS NOT NULL`),
    index('identity_links_pending').on(t.tenantId).where(sql`next_place_id IS NOT NULL`),
  ],
);

/** What people said of two accounts: they are one person's, or they are not. */
export const identityDecisions = sqliteTable(
  'identity_decisions',
  {
    tenantId: text('tenant_id').notNull(),
    accountA: text('account_a').notNull(),
    accountB: text('account_b').notNull(),
    decision: text('decision', { enum: ['joined', 'split'] }).notNull(),
    setBy: text('set_by').notNull(),
    at: integer('at').notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.tenantId, t.accountA, t.accountB] }),
    index('identity_decisions_b').on(t.tenantId, t.accountB),
  ],
);

export const identityState = sqliteTable('identity_state', {
  tenantId: text('tenant_id').primaryKey(),
  version: integer('version').notNull(),
  sources: text('sources', { mode: 'json' }).$type<string[]>().notNull(),
});
