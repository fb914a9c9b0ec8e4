-- Whether a tenant keeps its raw events in R2, and for how long.
CREATE TABLE `archive_settings` (
	`tenant_id` text PRIMARY KEY NOT NULL,
	`enabled` integer NOT NULL,
	`keep_days` integer NOT NULL,
	`updated_at` integer NOT NULL
) WITHOUT ROWID;
