-- What a user may do beyond its role: a JSON array of permissions; null means nothing.
ALTER TABLE `users` ADD COLUMN `extra_permissions` text;--> statement-breakpoint
-- Whether Postern may change a tenant's sources. No row: it may not.
CREATE TABLE `remediation_settings` (
	`tenant_id` text PRIMARY KEY NOT NULL,
	`enabled` integer NOT NULL,
	`updated_at` integer NOT NULL,
	`updated_by` text NOT NULL
) WITHOUT ROWID;
