CREATE TABLE `discovered_apps` (
	`tenant_id` text NOT NULL,
	`id` text NOT NULL,
	`source_id` text NOT NULL,
	`app_key` text NOT NULL,
	`key_kind` text NOT NULL,
	`native_id` text DEFAULT '' NOT NULL,
	`name` text DEFAULT '' NOT NULL,
	`named_at` integer DEFAULT 0 NOT NULL,
	`catalog_name` text DEFAULT '' NOT NULL,
	`domain` text DEFAULT '' NOT NULL,
	`domain_at` integer DEFAULT 0 NOT NULL,
	`first_seen` integer NOT NULL,
	`last_seen` integer DEFAULT 0 NOT NULL,
	`used_at` integer DEFAULT 0 NOT NULL,
	`created_at` integer DEFAULT 0 NOT NULL,
	`deleted_at` integer DEFAULT 0 NOT NULL,
	`owner` text,
	`review` text DEFAULT 'unreviewed' NOT NULL,
	`review_note` text,
	`reviewed_by` text,
	`reviewed_at` integer,
	`managed` text DEFAULT 'unknown' NOT NULL,
	`managed_reason` text DEFAULT 'not_assessed' NOT NULL,
	`managed_detail` text DEFAULT '' NOT NULL,
	`risk` text DEFAULT 'low' NOT NULL,
	`risk_score` integer DEFAULT 0 NOT NULL,
	`risk_reasons` text DEFAULT '[]' NOT NULL,
	`users` integer DEFAULT 0 NOT NULL,
	`scopes` integer DEFAULT 0 NOT NULL,
	`revision` integer DEFAULT 0 NOT NULL,
	`assessed_at` integer DEFAULT 0 NOT NULL,
	`dirty` integer DEFAULT 1 NOT NULL,
	PRIMARY KEY(`tenant_id`, `id`)
) WITHOUT ROWID;
--> statement-breakpoint
CREATE TABLE `discovered_users` (
	`tenant_id` text NOT NULL,
	`app_id` text NOT NULL,
	`account_id` text NOT NULL,
	`native_id` text NOT NULL,
	`login` text DEFAULT '' NOT NULL,
	`login_at` integer DEFAULT 0 NOT NULL,
	`first_seen` integer NOT NULL,
	`last_seen` integer NOT NULL,
	`used_at` integer DEFAULT 0 NOT NULL,
	`assigned_at` integer DEFAULT 0 NOT NULL,
	`unassigned_at` integer DEFAULT 0 NOT NULL,
	PRIMARY KEY(`tenant_id`, `app_id`, `account_id`)
) WITHOUT ROWID;
--> statement-breakpoint
CREATE TABLE `discovered_scopes` (
	`tenant_id` text NOT NULL,
	`app_id` text NOT NULL,
	`account_id` text NOT NULL,
	`scope` text NOT NULL,
	`granted_at` integer DEFAULT 0 NOT NULL,
	`consent_kind` text DEFAULT '' NOT NULL,
	`event_id` text DEFAULT '' NOT NULL,
	`revoked_at` integer DEFAULT 0 NOT NULL,
	PRIMARY KEY(`tenant_id`, `app_id`, `account_id`, `scope`)
) WITHOUT ROWID;
--> statement-breakpoint
CREATE TABLE `discovery_imports` (
	`tenant_id` text NOT NULL,
	`source_id` text NOT NULL,
	`run_id` text NOT NULL,
	`at` integer NOT NULL,
	PRIMARY KEY(`tenant_id`, `source_id`)
) WITHOUT ROWID;
--> statement-breakpoint
-- What is to be assessed, over all tenants: as small as what changed since the last minute.
CREATE INDEX `discovered_apps_dirty` ON `discovered_apps` (`tenant_id`,`id`) WHERE `dirty` = 1;
