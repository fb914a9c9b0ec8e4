-- JSON: the call that is about to be made, and what a retry needs in order to see whether it was.
ALTER TABLE `remediations` ADD COLUMN `intent` text;
