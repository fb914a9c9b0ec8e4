-- Sign-ons that are not in the rollups yet: one row a recorded batch, or fewer. The small columns come first, so that
-- asking what is there does not read what is in it.
CREATE TABLE `usage_segments` (
	`tenant_id` text NOT NULL,
	`seq` integer NOT NULL,
	`at` integer NOT NULL,
	`sign_ons` integer NOT NULL,
	`batch` text NOT NULL,
	`batch_start` integer NOT NULL,
	`seen` text NOT NULL,
	`uses` text NOT NULL,
	PRIMARY KEY(`tenant_id`, `seq`)
) WITHOUT ROWID;
--> statement-breakpoint
CREATE TABLE `usage_daily` (
	`tenant_id` text NOT NULL,
	`bucket` integer NOT NULL,
	`day` integer NOT NULL,
	`uses` text NOT NULL,
	PRIMARY KEY(`tenant_id`, `bucket`, `day`)
) WITHOUT ROWID;
--> statement-breakpoint
CREATE TABLE `usage_apps` (
	`tenant_id` text NOT NULL,
	`app_id` text NOT NULL,
	`day` integer NOT NULL,
	`sign_ons` integer NOT NULL,
	`last_at` integer NOT NULL,
	`buckets` text NOT NULL,
	PRIMARY KEY(`tenant_id`, `app_id`, `day`)
) WITHOUT ROWID;
--> statement-breakpoint
CREATE TABLE `usage_last` (
	`tenant_id` text NOT NULL,
	`bucket` integer NOT NULL,
	`oldest_at` integer NOT NULL,
	`uses` text NOT NULL,
	PRIMARY KEY(`tenant_id`, `bucket`)
) WITHOUT ROWID;
--> statement-breakpoint
CREATE TABLE `usage_seen` (
	`tenant_id` text NOT NULL,
	`source_id` text NOT NULL,
	`hour` integer NOT NULL,
	`seq` integer NOT NULL,
	`ids` text NOT NULL,
	PRIMARY KEY(`tenant_id`, `source_id`, `hour`, `seq`)
) WITHOUT ROWID;
