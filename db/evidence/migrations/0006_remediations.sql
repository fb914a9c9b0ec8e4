-- Changes to a source: planned (a dry run was shown), then confirmed by a person and made.
CREATE TABLE `remediations` (
	`tenant_id` text NOT NULL,
	`id` text NOT NULL,
	`source_id` text NOT NULL,
	`action` text NOT NULL,
	`status` text NOT NULL,
	`request` text NOT NULL,
	`confirm` text NOT NULL,
	`digest` text NOT NULL,
	`plan` text NOT NULL,
	`requested_by` text NOT NULL,
	`created_at` integer NOT NULL,
	`expires_at` integer NOT NULL,
	`confirmed_at` integer,
	`started_at` integer,
	`ended_at` integer,
	`calls_done` integer DEFAULT 0 NOT NULL,
	`attempts` integer DEFAULT 0 NOT NULL,
	`next_attempt_at` integer,
	`lease` text,
	`lease_until` integer,
	`answers` text DEFAULT '[]' NOT NULL,
	`problem` text,
	`advice` text,
	PRIMARY KEY(`tenant_id`, `id`)
) WITHOUT ROWID;
--> statement-breakpoint
CREATE INDEX `remediations_confirmed` ON `remediations` (`tenant_id`,`confirmed_at`) WHERE `confirmed_at` IS NOT NULL;--> statement-breakpoint
CREATE INDEX `remediations_planned` ON `remediations` (`tenant_id`,`created_at`) WHERE `status` = 'planned';--> statement-breakpoint
-- The few that are under way, looked for each minute over all tenants.
CREATE INDEX `remediations_open` ON `remediations` (`next_attempt_at`) WHERE `status` IN ('queued','running');
