-- When an operator deleted the tenant; null: not, or taken back.
ALTER TABLE `tenants` ADD COLUMN `deleted_at` integer;
