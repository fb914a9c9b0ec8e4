-- Many dead letters replayed or discarded at once, in chunks, with a checkpoint.
CREATE TABLE `dead_letter_jobs` (
	`tenant_id` text NOT NULL,
	`id` text NOT NULL,
	`kind` text NOT NULL,
	`filter` text NOT NULL,
	`ids` text,
	`reason` text,
	`status` text NOT NULL,
	`matched` integer NOT NULL,
	`done` integer DEFAULT 0 NOT NULL,
	`skipped` integer DEFAULT 0 NOT NULL,
	`cursor` text DEFAULT '' NOT NULL,
	`claimed` text,
	`lease` text,
	`lease_until` integer,
	`requested_by` text NOT NULL,
	`error` text,
	`created_at` integer NOT NULL,
	`ended_at` integer,
	PRIMARY KEY(`tenant_id`, `id`)
) WITHOUT ROWID;
--> statement-breakpoint
-- The few that are under way, looked for each minute over all tenants.
CREATE INDEX `dead_letter_jobs_open` ON `dead_letter_jobs` (`created_at`) WHERE `ended_at` IS NULL;
