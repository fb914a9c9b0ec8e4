-- How long evidence of a tenant is kept, in days. 0 sign-on days: sign-ons are only counted.
ALTER TABLE `tenants` ADD COLUMN `event_retention_days` integer DEFAULT 90 NOT NULL;--> statement-breakpoint
ALTER TABLE `tenants` ADD COLUMN `sign_on_retention_days` integer DEFAULT 90 NOT NULL;--> statement-breakpoint
ALTER TABLE `tenants` ADD COLUMN `usage_retention_days` integer DEFAULT 365 NOT NULL;
