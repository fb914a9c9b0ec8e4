-- What accounts of tenants with several sources may have in common. keys: JSON; mails and employee numbers are hashed.
-- mail: ok; unverified; or held, since it changed hands.
CREATE TABLE `identity_accounts` (
	`tenant_id` text NOT NULL,
	`account_id` text NOT NULL,
	`source_id` text NOT NULL,
	`native_id` text NOT NULL,
	`keys` text NOT NULL,
	`mail` text NOT NULL,
	`created` integer,
	`ended` integer,
	PRIMARY KEY(`tenant_id`, `account_id`)
) WITHOUT ROWID;
--> statement-breakpoint
CREATE TABLE `identity_keys` (
	`tenant_id` text NOT NULL,
	`key` text NOT NULL,
	`account_id` text NOT NULL,
	PRIMARY KEY(`tenant_id`, `key`, `account_id`)
) WITHOUT ROWID;
--> statement-breakpoint
-- Accounts that are (or were) of another identity than their own. home_id: the account whose identity it is; null: its
-- own again. place_id: what it is placed with in the graph; next_place_id: where it goes, while the graph is behind.
CREATE TABLE `identity_links` (
	`tenant_id` text NOT NULL,
	`account_id` text NOT NULL,
	`home_id` text,
	`place_id` text NOT NULL,
	`next_place_id` text,
	`token` text NOT NULL,
	`how` text,
	`reason` text,
	`set_by` text,
	`at` integer NOT NULL,
	PRIMARY KEY(`tenant_id`, `account_id`)
) WITHOUT ROWID;
--> statement-breakpoint
-- What people said of two accounts: account_a is the lesser id.
CREATE TABLE `identity_decisions` (
	`tenant_id` text NOT NULL,
	`account_a` text NOT NULL,
	`account_b` text NOT NULL,
	`decision` text NOT NULL,
	`set_by` text NOT NULL,
	`at` integer NOT NULL,
	PRIMARY KEY(`tenant_id`, `account_a`, `account_b`)
) WITHOUT ROWID;
--> statement-breakpoint
-- One row a tenant: grows with each decision, so that two at once are noticed. sources: JSON, those that are indexed.
CREATE TABLE `identity_state` (
	`tenant_id` text PRIMARY KEY NOT NULL,
	`version` integer NOT NULL,
	`sources` text NOT NULL
) WITHOUT ROWID;
--> statement-breakpoint
CREATE INDEX `identity_links_home` ON `identity_links` (`tenant_id`,`home_id`) WHERE `home_id` IS NOT NULL;
--> statement-breakpoint
CREATE INDEX `identity_links_pending` ON `identity_links` (`tenant_id`) WHERE `next_place_id` IS NOT NULL;
--> statement-breakpoint
CREATE INDEX `identity_decisions_b` ON `identity_decisions` (`tenant_id`,`account_b`);
